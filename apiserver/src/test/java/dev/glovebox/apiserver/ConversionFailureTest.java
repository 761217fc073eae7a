package dev.glovebox.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.cluster.Frames;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Converters that are gone, or do not answer as they should. What is said here was seen of
/// kube-apiserver 1.34.4 with a converter that does the same.
@Timeout(60)
class ConversionFailureTest extends ConversionLab {
    @Test
    void a_watch_ends_with_an_error_at_what_cannot_be_converted_and_goes_on_from_there_later()
            throws InterruptedException {
        define();
        String version = api.get(V2).at("/metadata/resourceVersion");
        make("v1", "good", "\"host\":\"h\",\"port\":1");
        try (Frames watch = api.watch(V2 + "?watch=1&resourceVersion=" + version)) {
            assertThat(text(watch)).contains("\"good\"");
            server.failing("no way");
            make("v1", "bad", "\"host\":\"h\",\"port\":1");
            assertThat(text(watch))
                    .contains(
                            "\"type\":\"ERROR\"",
                            "Internal error occurred: conversion webhook for example.com/v1, Kind=Thing failed: no way");
            assertThat(watch.ended()).isTrue();
        }
        try (Frames initial = api.watch(V3 + "?watch=1")) {
            assertThat(text(initial)).contains("\"type\":\"ERROR\"");
            assertThat(initial.ended()).isTrue();
        }
        try (Frames own = api.watch(V1 + "?watch=1")) {
            assertThat(text(own)).contains("\"bad\"");
        }
        server.converting();
        try (Frames again = api.watch(V2 + "?watch=1&resourceVersion=" + version)) {
            assertThat(text(again)).contains("\"good\"", "\"bad\"");
        }
    }

    @Test
    void a_converter_that_is_gone_leaves_alone_what_needs_none_and_loses_nothing() {
        define();
        make("v1", "a", "\"host\":\"h\",\"port\":1");
        String place = "https://localhost:%d/convert?timeout=30s".formatted(server.port());
        server.close();

        for (TestApi.Reply each :
                List.of(
                        api.get(V2 + "/a"),
                        api.get(V2),
                        api.get(V2 + "/a/scale"),
                        api.delete(V2 + "/a"),
                        api.delete(V2),
                        api.patch(V2 + "/a", "merge", "{\"spec\":{\"address\":\"x:1\"}}"))) {
            assertThat(each.code()).isEqualTo(500);
            assertThat(each.body().has("reason")).isFalse();
            assertThat(each.message())
                    .startsWith(
                            "conversion webhook for example.com/v1, Kind=Thing failed: Post \""
                                    + place
                                    + "\": dial tcp ")
                    .endsWith("connect: connection refused");
        }
        assertThat(api.post(V2, thing("v2", "b", "\"address\":\"x:2\"")).message())
                .startsWith("conversion webhook for example.com/v2, Kind=Thing failed: Post ");
        assertThat(api.get(V1).body().path("items")).hasSize(1);
        api.patch(V1 + "/a", "merge", "{\"spec\":{\"port\":9}}");
        assertThat(api.get(V1 + "/a").at("/spec/port")).isEqualTo("9");
        assertThat(api.get("/api/v1/namespaces/default/configmaps").code()).isEqualTo(200);
        assertThat(api.delete(V1 + "/a").code()).isEqualTo(200);
    }

    static Stream<Arguments> unusable() {
        return Stream.of(
                answer(
                        "failed: no way",
                        review -> {
                            result(review).put("status", "Failed").put("message", "no way");
                        }),
                answer(
                        "failed: response.result.status was 'Failure', not 'Success'",
                        review -> {
                            result(review).put("status", "Failure");
                        }),
                answer(
                        "failed: response.result.status was '', not 'Success'",
                        review -> response(review).remove("result")),
                answer("failed: no response provided", review -> review.remove("response")),
                answer("\", got \"other\"", review -> response(review).put("uid", "other")),
                answer(
                        "failed: no kind \"Other\" is registered for version \"apiextensions.k8s.io/v1\" in scheme \"pkg/runtime/scheme.go:110\"",
                        review -> review.put("kind", "Other")),
                answer(
                        "failed: converting (v1beta1.ConversionReview) to (v1.ConversionReview): unknown conversion",
                        review -> review.put("apiVersion", "apiextensions.k8s.io/v1beta1")),
                answer(
                        "failed: expected webhook response of apiextensions.k8s.io/v1, Kind=ConversionReview, got /, Kind=",
                        review -> review.remove(List.of("kind", "apiVersion"))),
                answer(
                        "returned 0 objects, expected 1",
                        review -> response(review).putArray("convertedObjects")),
                object(
                        "returned invalid object at index 0: invalid groupVersion (expected example.com/v2, received example.com/v1)",
                        object -> object.put("apiVersion", "example.com/v1")),
                object(
                        "returned invalid object at index 0: invalid kind (expected Thing, received Other)",
                        object -> object.put("kind", "Other")),
                object(
                        "returned invalid object: must have the same name: a != other",
                        object -> metadata(object).put("name", "other")),
                object(
                        "returned invalid object: must have the same namespace: default != other",
                        object -> metadata(object).put("namespace", "other")),
                object(" != other", object -> metadata(object).put("uid", "other")),
                object(
                        "returned invalid object: must have the same name: a != ",
                        object -> object.remove("metadata")),
                object(
                        "returned invalid metadata: metadata.labels: Invalid value: \"not valid!\": a valid label must be",
                        object -> metadata(object).putObject("labels").put("a", "not valid!")),
                object(
                        "returned invalid metadata: metadata.labels[a] must be a string, but is int64 in converted object",
                        object -> metadata(object).putObject("labels").put("a", 1)),
                object(
                        "returned invalid metadata: invalid metadata.annotations of type []interface {} in converted object",
                        object -> metadata(object).putArray("annotations")));
    }

    private static Arguments answer(String words, Consumer<ObjectNode> change) {
        return Arguments.of(words, change);
    }

    private static Arguments object(String words, Consumer<ObjectNode> change) {
        return answer(
                words,
                review -> change.accept((ObjectNode) review.at("/response/convertedObjects/0")));
    }

    private static ObjectNode response(ObjectNode review) {
        return (ObjectNode) review.path("response");
    }

    private static ObjectNode result(ObjectNode review) {
        return response(review).putObject("result");
    }

    private static ObjectNode metadata(ObjectNode object) {
        return (ObjectNode) object.path("metadata");
    }

    @ParameterizedTest
    @MethodSource("unusable")
    void an_answer_that_is_none_fails_the_request(String words, Consumer<ObjectNode> change) {
        define();
        make("v1", "a", "\"host\":\"h\",\"port\":1");
        server.answering(review -> {
            change.accept(review);
            return review;
        });
        TestApi.Reply failed = api.get(V2 + "/a");
        assertThat(failed.code()).isEqualTo(500);
        assertThat(failed.message())
                .startsWith("conversion webhook for example.com/v1, Kind=Thing ")
                .contains(words);
    }

    @Test
    void answers_that_are_no_reviews_fail_the_request() {
        define();
        make("v1", "a", "\"host\":\"h\",\"port\":1");
        server.sending("hello");
        assertThat(api.get(V2 + "/a").message())
                .contains("failed: couldn't get version/kind; json parse error: ");
        server.sending("[]");
        assertThat(api.get(V2 + "/a").message()).contains("json parse error: not an object");
        server.sending("{\"a\":\"" + "x".repeat(9 << 20) + "\"}");
        assertThat(api.get(V2 + "/a").message()).contains("is larger than 8388608 bytes");
    }

    @Test
    void a_converter_changes_labels_and_annotations_and_nothing_else_of_what_an_object_is() {
        define();
        make("v1", "a", "\"host\":\"h\",\"port\":1");
        server.changing(object -> {
            metadata(object).putObject("labels").put("seen", "yes");
            metadata(object).putObject("annotations").put("note", "x");
            metadata(object).putArray("finalizers").add("a/b");
            metadata(object).put("generation", 77).put("resourceVersion", "1");
            metadata(object).remove("managedFields");
            object.put("bogus", 1).withObject("/spec").put("bogus", 1).putNull("replicas");
        });
        TestApi.Reply told = api.get(V2 + "/a");
        assertThat(told.at("/metadata/labels/seen")).isEqualTo("yes");
        assertThat(told.at("/metadata/annotations/note")).isEqualTo("x");
        assertThat(told.at("/metadata/generation")).isEqualTo("1");
        assertThat(told.at("/metadata/resourceVersion"))
                .isEqualTo(api.get(V1 + "/a").at("/metadata/resourceVersion"));
        assertThat(told.body().at("/metadata/managedFields")).hasSize(1);
        assertThat(told.body().at("/metadata").has("finalizers")).isFalse();
        assertThat(told.body().has("bogus")).isFalse();
        assertThat(spec(told)).isEqualTo("{\"address\":\"h:1\"}");
        assertThat(api.get(V2 + "?labelSelector=seen=yes").body().path("items")).hasSize(1);
        assertThat(api.get(V1 + "?labelSelector=seen=yes").body().path("items")).isEmpty();
    }

    @Test
    void the_first_known_version_of_reviews_is_spoken() {
        api.post(
                DEFINITIONS,
                definition(server.conversion("\"v9\",\"v1beta1\",\"v1\""), keptAs("v1")));
        make("v1", "a", "\"host\":\"h\",\"port\":1");
        server.answering(review -> {
            response(review).put("uid", "not looked at");
            review.remove(List.of("kind", "apiVersion"));
            return review;
        });
        assertThat(api.get(V2 + "/a").code()).isEqualTo(200);
        assertThat(server.asked().getFirst().path("apiVersion").asText())
                .isEqualTo("apiextensions.k8s.io/v1beta1");
    }
}
