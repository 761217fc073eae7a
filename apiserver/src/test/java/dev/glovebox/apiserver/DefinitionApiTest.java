package dev.glovebox.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.cluster.Frames;
import dev.glovebox.policy.TrustLevel;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// CustomResourceDefinitions and the objects of their kinds, through the whole API.
class DefinitionApiTest {
    private static final String DEFINITIONS =
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private static final String WIDGETS = "/apis/example.com/v1/namespaces/default/widgets";
    private static final String SPEC =
            """
            {"type":"object","properties":{
              "size":{"type":"integer","minimum":1,"default":3},
              "free":{"type":"object","x-kubernetes-preserve-unknown-fields":true,
                      "properties":{"known":{"type":"object","properties":{"a":{"type":"string"}}}}},
              "port":{"x-kubernetes-int-or-string":true},
              "maybe":{"type":"string","nullable":true},
              "template":{"type":"object","x-kubernetes-embedded-resource":true,
                          "x-kubernetes-preserve-unknown-fields":true},
              "labels":{"type":"object","additionalProperties":{"type":"string"}},
              "tags":{"type":"array","x-kubernetes-list-type":"set","items":{"type":"string"}},
              "parts":{"type":"array","x-kubernetes-list-type":"map",
                       "x-kubernetes-list-map-keys":["id"],
                       "items":{"type":"object","required":["id"],
                                "properties":{"id":{"type":"string"},
                                              "n":{"type":"integer","default":1}}}}}}
            """;

    @TempDir Path directory;
    private TestApi api;

    @BeforeEach
    void open() {
        api = new TestApi(directory, TrustLevel.TRUSTED);
    }

    @AfterEach
    void close() {
        api.close();
    }

    private static String version(String name, boolean storage, String spec, String more) {
        return """
        {"name":"%s","served":true,"storage":%s%s,
         "schema":{"openAPIV3Schema":{"type":"object","properties":{
           "spec":%s,
           "status":{"type":"object","properties":{"replicas":{"type":"integer"}}}}}}}
        """
                .formatted(name, storage, more, spec);
    }

    private static String definition(String plural, String kind, String... versions) {
        return """
        {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
         "metadata":{"name":"%s.example.com"},
         "spec":{"group":"example.com","scope":"Namespaced",
                 "names":{"plural":"%s","kind":"%s"},"versions":[%s]}}
        """
                .formatted(plural, plural, kind, String.join(",", versions));
    }

    private static String widget(String name, String spec) {
        return """
        {"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"%s"},"spec":%s}
        """
                .formatted(name, spec);
    }

    private void define(String... versions) {
        TestApi.Reply reply = api.post(DEFINITIONS, definition("widgets", "Widget", versions));
        assertThat(reply.code()).as(reply.message()).isEqualTo(201);
    }

    @Test
    void a_kind_is_served_when_its_definition_is_there_and_not_before() {
        assertThat(api.get(WIDGETS).code()).isEqualTo(404);
        define(version("v1", true, SPEC, ""));

        TestApi.Reply definition = api.get(DEFINITIONS + "/widgets.example.com");
        assertThat(definition.at("/status/acceptedNames/listKind")).isEqualTo("WidgetList");
        assertThat(definition.at("/status/conditions/0/type")).isEqualTo("NamesAccepted");
        assertThat(definition.at("/status/conditions/1/status")).isEqualTo("True");
        assertThat(api.get(WIDGETS).at("/kind")).isEqualTo("WidgetList");
    }

    @Test
    void what_the_schema_does_not_know_is_taken_out_and_told() {
        define(version("v1", true, SPEC, ""));

        TestApi.Reply made =
                api.post(
                        WIDGETS,
                        widget(
                                "w",
                                """
                                {"bogus":1,"free":{"any":[{"b":1}],"known":{"a":"x","b":"y"}},
                                 "parts":[{"id":"a","x":1}],"labels":{"k":"v"}}
                                """));
        assertThat(made.body().path("spec").toString())
                .isEqualTo(
                        "{\"free\":{\"any\":[{\"b\":1}],\"known\":{\"a\":\"x\"}},"
                                + "\"parts\":[{\"id\":\"a\",\"n\":1}],\"labels\":{\"k\":\"v\"},"
                                + "\"size\":3}");
        assertThat(made.warnings())
                .containsExactly(
                        "unknown field \"spec.bogus\"",
                        "unknown field \"spec.free.known.b\"",
                        "unknown field \"spec.parts[0].x\"");
    }

    @Test
    void nulls_stay_where_they_are_values_take_a_default_or_go() {
        define(version("v1", true, SPEC, ""));

        TestApi.Reply made =
                api.post(WIDGETS, widget("w", "{\"size\":null,\"maybe\":null,\"port\":null}"));
        assertThat(made.body().path("spec").toString()).isEqualTo("{\"size\":3,\"maybe\":null}");
    }

    @Test
    void an_embedded_object_keeps_what_objects_have_and_needs_a_kind() {
        define(version("v1", true, SPEC, ""));

        TestApi.Reply made =
                api.post(
                        WIDGETS,
                        widget(
                                "w",
                                "{\"template\":{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":"
                                        + "{\"name\":\"p\",\"bogus\":1},\"x\":1}}"));
        assertThat(made.body().at("/spec/template").toString())
                .isEqualTo(
                        "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"p\"},\"x\":1}");
        assertThat(api.post(WIDGETS, widget("v", "{\"template\":{}}")).message())
                .contains("spec.template.apiVersion: Required value")
                .contains("spec.template.kind: Required value");
    }

    @Test
    void lists_that_are_sets_or_maps_have_no_item_twice() {
        define(version("v1", true, SPEC, ""));

        assertThat(api.post(WIDGETS, widget("w", "{\"tags\":[\"a\",\"b\",\"a\"]}")).message())
                .endsWith("spec.tags[2]: Duplicate value: \"a\"");
        assertThat(
                        api.post(
                                        WIDGETS,
                                        widget("w", "{\"parts\":[{\"id\":\"a\"},{\"id\":\"a\"}]}"))
                                .message())
                .endsWith("spec.parts[1]: Duplicate value: {\"id\":\"a\"}");
    }

    @Test
    void a_part_that_was_wrong_before_may_stay_when_something_else_changes() {
        define(version("v1", true, SPEC, ""));
        api.post(WIDGETS, widget("w", "{\"size\":1}"));
        TestApi.Reply tightened =
                api.patch(
                        DEFINITIONS + "/widgets.example.com",
                        "json",
                        "[{\"op\":\"replace\",\"value\":2,\"path\":\"/spec/versions/0/schema/"
                                + "openAPIV3Schema/properties/spec/properties/size/minimum\"}]");
        assertThat(tightened.code()).isEqualTo(200);

        TestApi.Reply changed = api.patch(WIDGETS + "/w", "merge", "{\"spec\":{\"port\":1}}");
        assertThat(changed.code()).as(changed.message()).isEqualTo(200);
        assertThat(api.patch(WIDGETS + "/w", "merge", "{\"spec\":{\"size\":0}}").message())
                .contains("spec.size in body should be greater than or equal to 2");
    }

    @Test
    void a_default_that_comes_later_shows_on_objects_that_were_there_before() {
        define(version("v1", true, "{\"type\":\"object\",\"properties\":{}}", ""));
        api.post(WIDGETS, widget("w", "{}"));
        TestApi.Reply changed =
                api.patch(
                        DEFINITIONS + "/widgets.example.com",
                        "json",
                        "[{\"op\":\"add\",\"value\":{\"color\":{\"type\":\"string\",\"default\":\"red\"}},"
                                + "\"path\":\"/spec/versions/0/schema/openAPIV3Schema/properties/spec/"
                                + "properties\"}]");
        assertThat(changed.code()).as(changed.message()).isEqualTo(200);

        assertThat(api.get(WIDGETS + "/w").at("/spec/color")).isEqualTo("red");
        assertThat(api.get(WIDGETS).at("/items/0/spec/color")).isEqualTo("red");
    }

    @Test
    void versions_show_the_same_object_in_their_own_shape() {
        define(
                version("v1", true, SPEC, ""),
                version(
                        "v1beta1",
                        false,
                        "{\"type\":\"object\",\"properties\":{\"size\":{\"type\":\"integer\"}}}",
                        ",\"deprecated\":true"));
        api.post(WIDGETS, widget("w", "{\"size\":2,\"tags\":[\"a\"]}"));

        TestApi.Reply old = api.get("/apis/example.com/v1beta1/namespaces/default/widgets/w");
        assertThat(old.at("/apiVersion")).isEqualTo("example.com/v1beta1");
        assertThat(old.body().path("spec").toString()).isEqualTo("{\"size\":2}");
        assertThat(old.warnings()).containsExactly("example.com/v1beta1 Widget is deprecated");
    }

    @Test
    void a_name_is_the_first_ones_who_asks_for_it() {
        define(version("v1", true, SPEC, ""));
        api.post(DEFINITIONS, definition("gadgets", "Widget", version("v1", true, SPEC, "")));

        TestApi.Reply second = api.get(DEFINITIONS + "/gadgets.example.com");
        assertThat(second.at("/status/conditions/0/reason")).isEqualTo("ListKindConflict");
        assertThat(second.at("/status/conditions/1/status")).isEqualTo("False");
        assertThat(api.get("/apis/example.com/v1/namespaces/default/gadgets").code())
                .isEqualTo(404);

        api.patch(
                DEFINITIONS + "/widgets.example.com",
                "merge",
                "{\"metadata\":{\"finalizers\":[]}}");
        api.delete(DEFINITIONS + "/widgets.example.com");
        api.patch(
                DEFINITIONS + "/widgets.example.com",
                "merge",
                "{\"metadata\":{\"finalizers\":[]}}");
        assertThat(api.get(DEFINITIONS + "/widgets.example.com").code()).isEqualTo(404);
        assertThat(api.get("/apis/example.com/v1/namespaces/default/gadgets").code())
                .isEqualTo(200);
    }

    private void remove() {
        api.delete(DEFINITIONS + "/widgets.example.com");
        api.patch(
                DEFINITIONS + "/widgets.example.com",
                "merge",
                "{\"metadata\":{\"finalizers\":[]}}");
    }

    /// What happened to the objects before is told first.
    @Test
    void a_watch_ends_when_its_definition_goes() throws InterruptedException {
        define(version("v1", true, SPEC, ""));
        api.post(WIDGETS, widget("w", "{}"));
        try (Frames frames = api.watch(WIDGETS + "?watch=1")) {
            assertThat(TestApi.events(frames)).containsExactly("ADDED w");
            api.delete(WIDGETS + "/w");
            remove();
            assertThat(TestApi.events(frames)).containsExactly("DELETED w");
            assertThat(frames.ended()).isFalse();
            assertThat(TestApi.events(frames)).isEmpty();
            assertThat(frames.ended()).isTrue();
        }
    }

    @Test
    void a_watch_goes_on_while_its_definition_does_and_ends_with_its_schema()
            throws InterruptedException {
        define(version("v1", true, SPEC, ""));
        try (Frames frames = api.watch(WIDGETS + "?watch=1")) {
            api.patch(
                    DEFINITIONS + "/widgets.example.com",
                    "merge",
                    "{\"spec\":{\"names\":{\"shortNames\":[\"wi\"]}}}");
            api.post(WIDGETS, widget("w", "{}"));
            assertThat(TestApi.events(frames)).containsExactly("ADDED w");
            assertThat(frames.ended()).isFalse();
            api.patch(
                    DEFINITIONS + "/widgets.example.com",
                    "json",
                    "[{\"op\":\"replace\",\"value\":2,\"path\":\"/spec/versions/0/schema/"
                            + "openAPIV3Schema/properties/spec/properties/size/minimum\"}]");
            assertThat(TestApi.events(frames)).isEmpty();
            assertThat(frames.ended()).isTrue();
        }
    }

    /// Creations and removals in any order: whatever was answered, nothing of a definition that has
    /// gone is there when its name comes back.
    @Test
    void nothing_is_left_of_creations_that_come_with_the_end() throws Exception {
        for (int round = 0; round < 5; round++) {
            define(version("v1", true, SPEC, ""));
            AtomicBoolean over = new AtomicBoolean();
            Thread creator =
                    Thread.ofVirtual()
                            .start(() -> {
                                for (int i = 0; !over.get(); i++) {
                                    api.post(WIDGETS, widget("w" + i, "{}"));
                                }
                            });
            api.delete(DEFINITIONS + "/widgets.example.com");
            for (JsonNode each : api.get(WIDGETS).body().path("items")) {
                api.delete(WIDGETS + "/" + each.at("/metadata/name").asText());
            }
            remove();
            over.set(true);
            creator.join();
            define(version("v1", true, SPEC, ""));
            assertThat(api.get(WIDGETS).body().path("items")).isEmpty();
            remove();
        }
    }

    @Test
    void a_definition_that_is_deleted_waits_for_its_objects_and_takes_no_new_ones() {
        define(version("v1", true, SPEC, ""));
        api.post(WIDGETS, widget("w", "{}"));

        TestApi.Reply deleted = api.delete(DEFINITIONS + "/widgets.example.com");
        assertThat(deleted.body().at("/metadata/finalizers/0").asText())
                .isEqualTo("customresourcecleanup.apiextensions.k8s.io");
        assertThat(api.get(WIDGETS + "/w").code()).isEqualTo(200);
        assertThat(api.post(WIDGETS, widget("v", "{}")).message())
                .isEqualTo(
                        "widgets.example.com \"v\" is forbidden: create not allowed while custom"
                                + " resource definition is terminating");
    }

    @Test
    void generations_count_changes_of_all_but_metadata_and_status() {
        define(version("v1", true, SPEC, ",\"subresources\":{\"status\":{}}"));
        api.post(WIDGETS, widget("w", "{}"));

        TestApi.Reply labelled =
                api.patch(WIDGETS + "/w", "merge", "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}");
        assertThat(labelled.at("/metadata/generation")).isEqualTo("1");
        TestApi.Reply status =
                api.patch(WIDGETS + "/w/status", "merge", "{\"status\":{\"replicas\":1}}");
        assertThat(status.at("/metadata/generation")).isEqualTo("1");
        assertThat(status.at("/status/replicas")).isEqualTo("1");
        TestApi.Reply changed = api.patch(WIDGETS + "/w", "merge", "{\"spec\":{\"size\":4}}");
        assertThat(changed.at("/metadata/generation")).isEqualTo("2");
    }

    @Test
    void selectable_fields_select() {
        define(version("v1", true, SPEC, ",\"selectableFields\":[{\"jsonPath\":\".spec.size\"}]"));
        api.post(WIDGETS, widget("a", "{\"size\":1}"));
        api.post(WIDGETS, widget("b", "{\"size\":2}"));

        TestApi.Reply list = api.get(WIDGETS + "?fieldSelector=spec.size%3D2");
        assertThat(list.body().path("items")).hasSize(1);
        assertThat(list.at("/items/0/metadata/name")).isEqualTo("b");
        assertThat(api.get(WIDGETS + "?fieldSelector=spec.port%3D2").message())
                .isEqualTo("field label not supported: spec.port");
    }

    @Test
    void a_group_of_this_api_cannot_be_added_to() {
        String definition =
                definition("widgets", "Widget", version("v1", true, SPEC, ""))
                        .replace("example.com", "node.k8s.io");
        assertThat(api.post(DEFINITIONS, definition).message())
                .contains("spec.group: Forbidden")
                .contains("must have approval annotation");
    }

    @Test
    void finalizers_of_a_definitions_objects_may_have_any_name_that_is_one() {
        define(version("v1", true, SPEC, ""));
        String object = widget("w", "{}");
        String held = object.replace("\"name\"", "\"finalizers\":[\"%s\"],\"name\"");
        assertThat(api.post(WIDGETS, held.formatted("kubedb.com")).code()).isEqualTo(201);
        assertThat(api.post(WIDGETS, held.formatted("a b")).message())
                .contains("metadata.finalizers[0]: Invalid value: \"a b\"");
        api.delete(DEFINITIONS + "/widgets.example.com");
        TestApi.Reply touched =
                api.patch(
                        DEFINITIONS + "/widgets.example.com",
                        "merge",
                        "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}");
        assertThat(touched.code()).as(touched.message()).isEqualTo(200);
    }

    @Test
    void a_refusal_is_warned_of_what_the_request_would_have_been() {
        define(version("v1", true, SPEC, ""));

        TestApi.Reply refused =
                api.post(WIDGETS, widget("w", "{\"size\":0}").replace("/v1\"", "/v2\""));
        assertThat(refused.message())
                .isEqualTo(
                        "the API version in the data (example.com/v2) does not match the expected"
                                + " API version (example.com/v1)");
        assertThat(refused.warnings()).containsExactly("unknown field \"spec\"");
        assertThat(api.post(WIDGETS, widget("w", "{\"size\":0,\"bogus\":1}")).warnings())
                .containsExactly("unknown field \"spec.bogus\"");
    }

    @Test
    void rules_are_asked_of_new_and_of_changed_objects() {
        String ruled =
                SPEC.replaceFirst(
                        "\\{",
                        "{\"x-kubernetes-validations\":[{\"rule\":\"self.size != 4\"},"
                                + "{\"rule\":\"self.size >= oldSelf.size\",\"message\":\"never less\"}],");
        define(version("v1", true, ruled, ""));

        assertThat(api.post(WIDGETS, widget("w", "{\"size\":4}")).message())
                .endsWith("spec: Invalid value: \"object\": failed rule: self.size != 4");
        assertThat(api.post(WIDGETS, widget("w", "{\"size\":3}")).code()).isEqualTo(201);
        assertThat(api.patch(WIDGETS + "/w", "merge", "{\"spec\":{\"size\":2}}").message())
                .endsWith("spec: Invalid value: \"object\": never less");
    }

    @Test
    void a_definition_whose_rule_does_not_compile_is_refused() {
        String ruled =
                SPEC.replaceFirst(
                        "\\{", "{\"x-kubernetes-validations\":[{\"rule\":\"reversed('1.0.0')\"}],");
        TestApi.Reply refused =
                api.post(
                        DEFINITIONS,
                        definition("widgets", "Widget", version("v1", true, ruled, "")));
        assertThat(refused.code()).isEqualTo(422);
        assertThat(refused.message()).contains("undeclared reference to 'reversed'");
    }

    @Test
    void a_definition_is_not_taken_as_protobuf() {
        TestApi.Reply refused =
                api.send(
                        TestApi.ADMIN,
                        "POST",
                        DEFINITIONS,
                        "",
                        "application/vnd.kubernetes.protobuf",
                        "k8s");
        assertThat(refused.code()).isEqualTo(415);
    }

    @Test
    void the_definitions_of_a_store_are_served_by_the_next_api_server() {
        define(version("v1", true, SPEC, ""));
        api.post(WIDGETS, widget("w", "{}"));
        api.close();
        api = new TestApi(directory, TrustLevel.TRUSTED);

        assertThat(api.get(WIDGETS + "/w").at("/spec/size")).isEqualTo("3");
    }
}
