package dev.glovebox.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.cluster.Frames;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Objects of a definition whose versions differ and are converted by a webhook, through the whole
/// API. What is said here was seen of kube-apiserver 1.34.4 with a converter that does the same.
@Timeout(60)
class ConversionApiTest extends ConversionLab {
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
                        TestApi.tree(
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
        List<Frames> watches = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            watches.add(api.watch(V2 + from));
        }
        make("v1", "a", "\"host\":\"h\",\"port\":1");
        server.count();
        for (Frames each : watches) {
            assertThat(text(each)).contains("\"ADDED\"", "example.com/v2", "\"address\":\"h:1\"");
            each.close();
        }
        assertThat(server.count()).isEqualTo(1);

        try (Frames picking = api.watch(V2 + from + "&fieldSelector=spec.address=h:2")) {
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
}
