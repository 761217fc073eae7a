package dev.glovebox.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.policy.TrustLevel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Objects of a definition whose versions differ and are converted by a webhook, through the whole
/// API. What is said here was seen of kube-apiserver 1.34.4 with a converter that does the same.
@Timeout(60)
class ConversionApiTest {
    private static final String DEFINITIONS =
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private static final String DEFINITION = DEFINITIONS + "/things.example.com";
    private static final String V1 = "/apis/example.com/v1/namespaces/default/things";
    private static final String V2 = "/apis/example.com/v2/namespaces/default/things";
    private static final String V3 = "/apis/example.com/v3/namespaces/default/things";
    private static final String V1_SPEC =
            """
            "host":{"type":"string"},"port":{"type":"integer"},"replicas":{"type":"integer"},
            "old":{"type":"string","default":"one"}
            """;
    private static final String V2_SPEC =
            """
            "address":{"type":"string","pattern":".+:[0-9]+"},"replicas":{"type":"integer"},
            "new":{"type":"string","default":"two"}
            """;

    @TempDir Path directory;
    private TestApi api;
    private ConversionServer server;

    @BeforeEach
    void open() throws IOException {
        server = new ConversionServer();
        api = new TestApi(directory, TrustLevel.TRUSTED);
    }

    @AfterEach
    void close() {
        api.close();
        server.close();
    }

    private static String version(String name, String more, String spec) {
        return """
        {"name":"%s","served":true,"storage":false%s,
         "selectableFields":[{"jsonPath":".spec.%s"}],
         "additionalPrinterColumns":[{"name":"At","type":"string","jsonPath":".spec.%s"}],
         "subresources":{"status":{},
           "scale":{"specReplicasPath":".spec.replicas","statusReplicasPath":".status.replicas"}},
         "schema":{"openAPIV3Schema":{"type":"object","properties":{
           "spec":{"type":"object","properties":{%s}},
           "status":{"type":"object","properties":{"replicas":{"type":"integer"}}}}}}}
        """
                .formatted(
                        name,
                        more,
                        name.equals("v1") ? "host" : "address",
                        name.equals("v1") ? "host" : "address",
                        spec);
    }

    /// All versions; objects are kept in one of them.
    private static String[] keptAs(String kept) {
        return Stream.of("v1", "v2", "v3")
                .map(name ->
                        version(
                                name,
                                name.equals(kept) ? ",\"storage\":true" : "",
                                name.equals("v1") ? V1_SPEC : V2_SPEC))
                .toArray(String[]::new);
    }

    private static String definition(String conversion, String... versions) {
        return """
        {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
         "metadata":{"name":"things.example.com"},
         "spec":{"group":"example.com","scope":"Namespaced","conversion":%s,
                 "names":{"plural":"things","kind":"Thing"},"versions":[%s]}}
        """
                .formatted(conversion, String.join(",", versions));
    }

    private void define() {
        TestApi.Reply made =
                api.post(DEFINITIONS, definition(server.conversion("\"v1\""), keptAs("v1")));
        assertThat(made.code()).as(made.message()).isEqualTo(201);
    }

    private void redefine(String conversion, String... versions) {
        ObjectNode now = (ObjectNode) api.get(DEFINITION).body();
        ObjectNode next =
                (ObjectNode)
                        LocalCluster.tree(
                                definition(conversion, versions).getBytes(StandardCharsets.UTF_8));
        now.set("spec", next.path("spec"));
        TestApi.Reply changed = api.put(DEFINITION, now.toString());
        assertThat(changed.code()).as(changed.message()).isEqualTo(200);
    }

    private static String thing(String version, String name, String spec) {
        return """
        {"apiVersion":"example.com/%s","kind":"Thing","metadata":{"name":"%s"},"spec":{%s}}
        """
                .formatted(version, name, spec);
    }

    private TestApi.Reply make(String version, String name, String spec) {
        TestApi.Reply made =
                api.post(V1.replace("/v1/", "/" + version + "/"), thing(version, name, spec));
        assertThat(made.code()).as(made.message()).isEqualTo(201);
        return made;
    }

    private static String spec(TestApi.Reply reply) {
        return reply.body().path("spec").toString();
    }

    @Test
    void objects_are_told_in_the_version_that_is_asked_for() {
        define();
        make("v1", "a", "\"host\":\"h\",\"port\":1");
        assertThat(server.count()).as("no call for its own version").isZero();

        assertThat(spec(api.get(V1 + "/a")))
                .isEqualTo("{\"host\":\"h\",\"port\":1,\"old\":\"one\"}");
        assertThat(server.count()).isZero();
        TestApi.Reply told = api.get(V2 + "/a");
        assertThat(told.at("/apiVersion")).isEqualTo("example.com/v2");
        assertThat(spec(told))
                .as("no defaults behind a conversion")
                .isEqualTo("{\"address\":\"h:1\"}");
        assertThat(server.count()).isEqualTo(1);
        assertThat(api.get(V2 + "/nobody").code()).isEqualTo(404);
    }

    @Test
    void what_is_asked_is_a_review_as_kubernetes_sends_it() {
        define();
        make("v1", "a", "\"host\":\"h\",\"port\":1");
        api.get(V2 + "/a");
        make("v2", "b", "\"address\":\"p:1\"");
        api.patch(V2 + "/b", "merge", "{\"spec\":{\"address\":\"p:2\"}}");
        server.asked()
                .forEach(each -> {
                    JsonNode sent = each.at("/request/objects/0/metadata");
                    assertThat(sent.has("uid")).isTrue();
                    assertThat(sent.has("resourceVersion")).isFalse();
                });

        ObjectNode review = server.asked().getFirst().deepCopy();
        assertThat(review.at("/request/uid").asText()).hasSize(36);
        ((ObjectNode) review.path("request")).remove("uid");
        ObjectNode metadata = (ObjectNode) review.at("/request/objects/0/metadata");
        assertThat(metadata.has("managedFields")).isTrue();
        ((ObjectNode) review.at("/request/objects/0")).remove("metadata");
        assertThat(review)
                .isEqualTo(
                        LocalCluster.tree(
                                """
                                {"kind":"ConversionReview","apiVersion":"apiextensions.k8s.io/v1",
                                 "request":{"desiredAPIVersion":"example.com/v2","objects":[
                                   {"apiVersion":"example.com/v1","kind":"Thing",
                                    "spec":{"host":"h","port":1,"old":"one"}}]},
                                 "response":{"uid":"","convertedObjects":null,
                                             "result":{"metadata":{}}}}
                                """
                                        .getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void what_is_written_is_judged_in_its_own_version_and_kept_in_another() {
        define();
        TestApi.Reply wrong =
                api.post(V2, thing("v2", "b", "\"address\":\"nowhere\",\"host\":\"h\""));
        assertThat(wrong.message()).contains("spec.address: Invalid value: \"nowhere\"");
        assertThat(server.count()).as("nothing is converted that is refused").isZero();

        TestApi.Reply made = make("v2", "b", "\"address\":\"x:2\",\"host\":\"h\"");
        assertThat(made.warnings()).containsExactly("unknown field \"spec.host\"");
        assertThat(spec(made)).as("as it comes back").isEqualTo("{\"address\":\"x:2\"}");
        assertThat(server.count()).as("there and back").isEqualTo(2);
        assertThat(spec(api.get(V1 + "/b")))
                .isEqualTo("{\"host\":\"x\",\"port\":2,\"old\":\"one\"}");
        assertThat(server.count()).isZero();
        assertThat(spec(api.post(V2 + "?dryRun=All", thing("v2", "c", "\"address\":\"y:3\""))))
                .isEqualTo("{\"address\":\"y:3\"}");
        assertThat(api.get(V1 + "/c").code()).isEqualTo(404);
    }

    @Test
    void changes_patches_and_deletions_go_through_any_version() {
        define();
        make("v1", "a", "\"host\":\"h\",\"port\":1");
        ObjectNode object = (ObjectNode) api.get(V2 + "/a").body();
        ((ObjectNode) object.path("spec")).put("address", "p:2");
        assertThat(spec(api.put(V2 + "/a", object.toString()))).isEqualTo("{\"address\":\"p:2\"}");
        assertThat(spec(api.get(V1 + "/a"))).contains("\"host\":\"p\",\"port\":2");
        assertThat(api.put(V2 + "/a", object.toString()).code()).as("stale").isEqualTo(409);

        api.patch(V2 + "/a", "merge", "{\"spec\":{\"address\":\"m:3\"}}");
        assertThat(spec(api.get(V1 + "/a"))).contains("\"host\":\"m\",\"port\":3");
        api.patch(
                V2 + "/a",
                "json",
                "[{\"op\":\"replace\",\"path\":\"/spec/address\",\"value\":\"j:4\"}]");
        assertThat(spec(api.get(V1 + "/a"))).contains("\"host\":\"j\",\"port\":4");

        api.patch(V2 + "/a/status", "merge", "{\"status\":{\"replicas\":5}}");
        assertThat(api.get(V1 + "/a").at("/status/replicas")).isEqualTo("5");
        api.patch(V2 + "/a/scale", "merge", "{\"spec\":{\"replicas\":6}}");
        assertThat(api.get(V1 + "/a").at("/spec/replicas")).isEqualTo("6");
        assertThat(api.get(V2 + "/a/scale").at("/spec/replicas")).isEqualTo("6");

        assertThat(api.delete(V2 + "/a").code()).isEqualTo(200);
        assertThat(api.get(V1 + "/a").code()).isEqualTo(404);
    }

    @Test
    void a_list_is_converted_together_and_once() {
        define();
        for (int i = 0; i < 30; i++) {
            make("v1", "a-" + i, "\"host\":\"h\",\"port\":" + i);
        }
        TestApi.Reply list = api.get(V2);
        assertThat(list.body().path("items")).hasSize(30);
        assertThat(list.at("/items/0/spec/address")).isEqualTo("h:0");
        assertThat(list.at("/items/0/apiVersion")).isEqualTo("example.com/v2");
        assertThat(server.count()).isEqualTo(1);
        assertThat(api.get(V2).body().path("items")).hasSize(30);
        assertThat(server.count()).as("what is known is not asked again").isZero();

        assertThat(api.get(V3 + "?limit=2").body().path("items")).hasSize(2);
        assertThat(server.asked().getFirst().at("/request/objects")).hasSize(2);
        TestApi.Reply picked = api.get(V2 + "?fieldSelector=spec.address=h:7");
        assertThat(picked.at("/items/0/metadata/name")).isEqualTo("a-7");
        assertThat(picked.body().path("items")).hasSize(1);
        assertThat(api.get(V2 + "?fieldSelector=spec.host=h").code()).isEqualTo(400);

        String table = "application/json;as=Table;v=v1;g=meta.k8s.io";
        TestApi.Reply rows = api.send(TestApi.ADMIN, "GET", V2, table, "", "");
        assertThat(rows.at("/rows/0/cells/1")).isEqualTo("h:0");
        assertThat(api.delete(V2).code()).isEqualTo(200);
        assertThat(api.get(V1).body().path("items")).isEmpty();
    }

    @Test
    void everybody_who_watches_gets_events_of_their_version_and_one_of_them_has_them_converted()
            throws InterruptedException {
        define();
        String from = "?watch=1&resourceVersion=" + api.get(V2).at("/metadata/resourceVersion");
        List<Answer.Frames> watches = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            watches.add(api.watch(V2 + from));
        }
        make("v1", "a", "\"host\":\"h\",\"port\":1");
        server.count();
        for (Answer.Frames each : watches) {
            assertThat(text(each)).contains("\"ADDED\"", "example.com/v2", "\"address\":\"h:1\"");
            each.close();
        }
        assertThat(server.count()).isEqualTo(1);

        try (Answer.Frames picking = api.watch(V2 + from + "&fieldSelector=spec.address=h:2")) {
            api.patch(V1 + "/a", "merge", "{\"spec\":{\"port\":2}}");
            assertThat(text(picking)).contains("\"ADDED\"", "\"address\":\"h:2\"");
            api.patch(V1 + "/a", "merge", "{\"spec\":{\"port\":3}}");
            assertThat(text(picking)).contains("\"DELETED\"", "\"address\":\"h:2\"");
        }
    }

    @Test
    void large_objects_are_converted_one_by_one() {
        define();
        String large = "h".repeat(600_000);
        for (int i = 0; i < 4; i++) {
            make("v1", "a-" + i, "\"host\":\"%s\",\"port\":%d".formatted(large, i));
        }
        assertThat(api.get(V2).body().path("items")).hasSize(4);
        assertThat(server.count()).isEqualTo(4);
    }

    private static String text(Answer.Frames frames) throws InterruptedException {
        for (int i = 0; i < 10; i++) {
            String text = new String(frames.next(Duration.ofSeconds(10)), StandardCharsets.UTF_8);
            if (!text.isEmpty() || frames.ended()) {
                return text;
            }
        }
        throw new AssertionError("nothing came");
    }

    @Test
    void a_watch_ends_with_an_error_at_what_cannot_be_converted_and_goes_on_from_there_later()
            throws InterruptedException {
        define();
        String version = api.get(V2).at("/metadata/resourceVersion");
        make("v1", "good", "\"host\":\"h\",\"port\":1");
        try (Answer.Frames watch = api.watch(V2 + "?watch=1&resourceVersion=" + version)) {
            assertThat(text(watch)).contains("\"good\"");
            server.failing("no way");
            make("v1", "bad", "\"host\":\"h\",\"port\":1");
            assertThat(text(watch))
                    .contains(
                            "\"type\":\"ERROR\"",
                            "Internal error occurred: conversion webhook for example.com/v1, Kind=Thing failed: no way");
            assertThat(watch.ended()).isTrue();
        }
        try (Answer.Frames initial = api.watch(V3 + "?watch=1")) {
            assertThat(text(initial)).contains("\"type\":\"ERROR\"");
            assertThat(initial.ended()).isTrue();
        }
        try (Answer.Frames own = api.watch(V1 + "?watch=1")) {
            assertThat(text(own)).contains("\"bad\"");
        }
        server.converting();
        try (Answer.Frames again = api.watch(V2 + "?watch=1&resourceVersion=" + version)) {
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

    @Test
    void managers_have_fields_in_the_versions_in_which_they_wrote() {
        define();
        apply("v2", "m1", "", "\"address\":\"a:1\"");
        TestApi.Reply conflict = apply("v1", "m2", "", "\"host\":\"b\"");
        assertThat(conflict.message())
                .isEqualTo("Apply failed with 1 conflict: conflict with \"m1\": .spec.address");
        TestApi.Reply forced = apply("v1", "m2", "&force=true", "\"host\":\"b\"");
        assertThat(spec(forced)).contains("\"host\":\"b\",\"port\":1");
        assertThat(managers(forced))
                .containsExactly("m2 example.com/v1 {\"f:spec\":{\"f:host\":{}}}");
        assertThat(managers(api.get(V2 + "/a"))).isEqualTo(managers(forced));

        // In another version, and with less: what nobody has any more goes.
        apply("v2", "m3", "&force=true", "\"address\":\"c:2\",\"replicas\":3");
        TestApi.Reply less = apply("v1", "m3", "", "\"host\":\"c\"");
        assertThat(spec(less)).contains("\"host\":\"c\"").doesNotContain("replicas");
        api.patch(V2 + "/a", "merge", "{\"spec\":{\"address\":\"d:4\"}}");
        assertThat(managers(api.get(V1 + "/a")))
                .containsExactly(
                        "test example.com/v2 {\"f:spec\":{\"f:address\":{},\"f:new\":{}}}");
    }

    @Test
    void whoever_has_the_number_of_an_object_in_any_version_has_it_in_its_scale() {
        String[] versions = keptAs("v1");
        versions[2] =
                versions[2]
                        .replace("\".spec.replicas\"", "\".spec.count\"")
                        .replace(
                                "\"replicas\":{\"type\":\"integer\"},",
                                "\"count\":{\"type\":\"integer\"},");
        api.post(DEFINITIONS, definition(server.conversion("\"v1\""), versions));
        server.changing(object -> {
            ObjectNode spec = (ObjectNode) object.path("spec");
            boolean counts = object.path("apiVersion").asText().endsWith("/v3");
            JsonNode number = spec.remove(counts ? "replicas" : "count");
            if (number != null) {
                spec.set(counts ? "count" : "replicas", number);
            }
        });
        apply("v1", "m1", "", "\"replicas\":2");
        assertThat(api.get(V3 + "/a/scale").at("/spec/replicas")).isEqualTo("2");
        TestApi.Reply conflict =
                api.send(
                        TestApi.ADMIN,
                        "PATCH",
                        V3 + "/a/scale?fieldManager=m2",
                        "",
                        "application/apply-patch+yaml",
                        """
                        {"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"a"},
                         "spec":{"replicas":3}}
                        """);
        assertThat(conflict.message())
                .isEqualTo("Apply failed with 1 conflict: conflict with \"m1\": .spec.replicas");
    }

    @Test
    void an_object_that_wants_no_number_has_no_scale() {
        define();
        make("v1", "a", "\"host\":\"h\",\"port\":1");
        assertThat(api.get(V2 + "/a/scale").message())
                .isEqualTo(
                        "Internal error occurred: the spec replicas field \".spec.replicas\" does not exist");
    }

    private TestApi.Reply apply(String version, String manager, String more, String spec) {
        return api.send(
                TestApi.ADMIN,
                "PATCH",
                V1.replace("/v1/", "/" + version + "/") + "/a?fieldManager=" + manager + more,
                "",
                "application/apply-patch+yaml",
                thing(version, "a", spec));
    }

    private static List<String> managers(TestApi.Reply reply) {
        List<String> managers = new ArrayList<>();
        reply.body()
                .at("/metadata/managedFields")
                .forEach(each ->
                        managers.add(
                                each.path("manager").asText()
                                        + " "
                                        + each.path("apiVersion").asText()
                                        + " "
                                        + each.path("fieldsV1")));
        return managers;
    }

    @Test
    void what_was_kept_in_another_version_is_converted_until_it_is_written_again() {
        define();
        make("v1", "a", "\"host\":\"h\",\"port\":1");
        redefine(server.conversion("\"v1\""), keptAs("v2"));
        assertThat(api.get(DEFINITION).body().at("/status/storedVersions").toString())
                .isEqualTo("[\"v1\",\"v2\"]");
        assertThat(spec(api.get(V2 + "/a"))).isEqualTo("{\"address\":\"h:1\"}");
        assertThat(server.count()).isEqualTo(1);
        String version = api.get(V1 + "/a").at("/metadata/resourceVersion");
        assertThat(server.count()).isZero();

        // A write that changes nothing moves it, as storage migration needs it to.
        TestApi.Reply moved = api.put(V2 + "/a", api.get(V2 + "/a").body().toString());
        assertThat(moved.at("/metadata/resourceVersion")).isNotEqualTo(version);
        server.count();
        assertThat(spec(api.get(V2 + "/a"))).contains("\"new\":\"two\"");
        assertThat(server.count()).isZero();
        String same = api.get(V2 + "/a").at("/metadata/resourceVersion");
        api.put(V2 + "/a", api.get(V2 + "/a").body().toString());
        assertThat(api.get(V2 + "/a").at("/metadata/resourceVersion")).isEqualTo(same);
    }

    @Test
    void objects_of_a_version_that_was_taken_away_cannot_be_had_until_it_is_back() {
        define();
        make("v1", "a", "\"host\":\"h\",\"port\":1");
        redefine(server.conversion("\"v1\""), keptAs("v2"));
        make("v2", "b", "\"address\":\"x:2\"");
        api.patch(DEFINITION + "/status", "merge", "{\"status\":{\"storedVersions\":[\"v2\"]}}");
        String[] all = keptAs("v2");
        redefine(server.conversion("\"v1\""), all[1], all[2]);
        assertThat(api.get(V2 + "/a").message())
                .isEqualTo("request to convert CR from an invalid group/version: example.com/v1");
        assertThat(api.get(V2 + "/b").code()).isEqualTo(200);
        assertThat(api.delete(V2 + "/a").code()).isEqualTo(500);
        redefine(server.conversion("\"v1\""), all);
        assertThat(api.get(V2 + "/a").code()).isEqualTo(200);
    }

    @Test
    void without_a_converter_only_the_version_changes_and_what_the_kept_one_lacks_is_lost() {
        api.post(DEFINITIONS, definition("{\"strategy\":\"None\"}", keptAs("v1")));
        TestApi.Reply made = make("v2", "a", "\"address\":\"x:1\",\"replicas\":2");
        assertThat(spec(made)).isEqualTo("{\"replicas\":2}");
        assertThat(spec(api.get(V1 + "/a"))).isEqualTo("{\"replicas\":2,\"old\":\"one\"}");
    }

    @Test
    void a_watch_ends_when_the_converter_becomes_another() throws InterruptedException {
        define();
        try (Answer.Frames watch =
                api.watch(
                        V2
                                + "?watch=1&resourceVersion="
                                + api.get(V2).at("/metadata/resourceVersion"))) {
            redefine("{\"strategy\":\"None\"}", keptAs("v1"));
            assertThat(text(watch)).isEmpty();
            assertThat(watch.ended()).isTrue();
        }
    }

    @Test
    void a_definition_whose_authorities_are_none_is_kept_and_not_served_until_it_is_mended() {
        String bad =
                server.conversion("\"v1\"")
                        .replaceAll("\"caBundle\":\"[^\"]*\"", "\"caBundle\":\"aGVsbG8=\"");
        assertThat(api.post(DEFINITIONS, definition(bad, keptAs("v1"))).code()).isEqualTo(201);
        TestApi.Reply kept = api.get(DEFINITION);
        assertThat(kept.at("/status/conditions/1/reason")).isEqualTo("InvalidCABundle");
        assertThat(api.get(V1).code()).isEqualTo(404);
        redefine(server.conversion("\"v1\""), keptAs("v1"));
        assertThat(api.get(V1).code()).isEqualTo(200);

        ObjectNode now = (ObjectNode) api.get(DEFINITION).body();
        ((ObjectNode) now.at("/spec/conversion/webhook/clientConfig")).put("caBundle", "aGVsbG8=");
        assertThat(api.put(DEFINITION, now.toString()).message())
                .endsWith(
                        "spec.conversion.webhookClientConfig.caBundle: Invalid value: \"aGVsbG8=\": unable to load root certificates: unable to parse bytes as PEM block");
    }

    @Test
    void a_webhook_is_found_behind_a_service() {
        api.post(DEFINITIONS, definition(server.conversionByService(), keptAs("v1")));
        make("v1", "a", "\"host\":\"h\",\"port\":1");
        assertThat(api.get(V2 + "/a").message())
                .isEqualTo(
                        "conversion webhook for example.com/v1, Kind=Thing failed: Post \"https://hook.default.svc:443/convert?timeout=30s\": service \"hook\" not found");
    }
}
