package dev.glovebox.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.auth.User;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Which webhooks are asked about what, and what they get to see.
class WebhookChoiceTest extends WebhookLab {
    @Test
    void reviews_say_what_is_asked_and_who_asks() {
        mutate(hook("w", "/w", ""));
        User alice = new User("alice", "7", List.of("system:masters", "g"), java.util.Map.of());
        api.send(
                alice,
                "POST",
                MAPS + "?fieldManager=m&dryRun=All",
                "",
                "application/json",
                "{\"metadata\":{\"generateName\":\"c-\"}}");
        ObjectNode seen = server.asked().getFirst().deepCopy();
        assertThat(seen.remove("uid").asText()).isNotEmpty();
        ((ObjectNode) seen.at("/object/metadata")).remove("managedFields");
        assertThat(seen.toString())
                .isEqualTo(
                        """
                        {"kind":{"group":"","version":"v1","kind":"ConfigMap"},\
                        "resource":{"group":"","version":"v1","resource":"configmaps"},\
                        "requestKind":{"group":"","version":"v1","kind":"ConfigMap"},\
                        "requestResource":{"group":"","version":"v1","resource":"configmaps"},\
                        "namespace":"default","operation":"CREATE",\
                        "userInfo":{"username":"alice","uid":"7","groups":["system:masters","g"]},\
                        "object":{"metadata":{"generateName":"c-","namespace":"default"},\
                        "kind":"ConfigMap","apiVersion":"v1"},"oldObject":null,"dryRun":true,\
                        "options":{"kind":"CreateOptions","apiVersion":"meta.k8s.io/v1",\
                        "dryRun":["All"],"fieldManager":"m"}}\
                        """);
    }

    @Test
    void changes_and_deletions_come_with_what_there_was() {
        api.post(MAPS, "{\"metadata\":{\"name\":\"c\"},\"data\":{\"a\":\"1\"}}");
        validate(hook("w", "/w", ""));
        api.patch(MAPS + "/c", "merge", "{\"data\":{\"a\":\"2\"}}");
        JsonNode update = server.asked().getFirst();
        assertThat(update.at("/object/data/a").asText()).isEqualTo("2");
        assertThat(update.at("/oldObject/data/a").asText()).isEqualTo("1");
        assertThat(update.at("/options/kind").asText()).isEqualTo("UpdateOptions");
        server.forget();
        api.delete(MAPS + "/c?propagationPolicy=Foreground&dryRun=All");
        JsonNode deletion = server.asked().getFirst();
        assertThat(deletion.path("object").isNull()).isTrue();
        assertThat(deletion.at("/oldObject/data/a").asText()).isEqualTo("2");
        assertThat(deletion.path("options").toString())
                .isEqualTo(
                        "{\"kind\":\"DeleteOptions\",\"apiVersion\":\"meta.k8s.io/v1\",\"propagationPolicy\":\"Foreground\",\"dryRun\":[\"All\"]}");
        server.denying("/w", "it stays");
        assertThat(api.delete(MAPS + "/c").message()).endsWith("denied the request: it stays");
        assertThat(api.get(MAPS + "/c").code()).isEqualTo(200);
    }

    @Test
    void each_object_of_a_collection_is_asked_about() {
        api.post(MAPS, map("a"));
        api.post(MAPS, map("b"));
        validate(hook("w", "/w", ""));
        api.delete(MAPS);
        assertThat(askedNames()).contains("DELETE a", "DELETE b");
    }

    @Test
    void applying_asks_as_creating_and_changing_do() {
        mutate(hook("w", "/w", ""));
        server.patching("/w", LABEL);
        String place = MAPS + "/c?fieldManager=m";
        String body =
                "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"c\"},\"data\":{\"a\":\"%s\"}}";
        assertThat(apply(place, body.formatted("1")).at("/metadata/labels/a")).isEqualTo("b");
        assertThat(apply(place, body.formatted("2")).at("/data/a")).isEqualTo("2");
        assertThat(askedNames()).containsExactly("CREATE c", "UPDATE c");
    }

    private TestApi.Reply apply(String place, String body) {
        return api.send(TestApi.ADMIN, "PATCH", place, "", "application/apply-patch+yaml", body);
    }

    @Test
    void rules_name_operations_groups_resources_and_scopes() {
        validate(
                hook("w", "/w", "")
                        .replace(
                                "\"operations\":[\"*\"]",
                                "\"operations\":[\"DELETE\"],\"scope\":\"Namespaced\""));
        api.post(MAPS, map("c"));
        assertThat(server.asked()).isEmpty();
        api.delete(MAPS + "/c");
        assertThat(askedNames()).containsExactly("DELETE c");
        server.forget();
        configure(
                VALIDATING,
                "scopes",
                hook("s", server.config("/s"), "namespaces", "")
                        .replace("\"resources\"", "\"scope\":\"Cluster\",\"resources\""),
                hook("t", server.config("/t"), "namespaces", "")
                        .replace("\"resources\"", "\"scope\":\"Namespaced\",\"resources\""));
        api.post("/api/v1/namespaces", map("n"));
        assertThat(server.asked()).hasSize(1);
        assertThat(server.asked().getFirst().path("namespace").asText()).isEqualTo("n");
    }

    @Test
    void selectors_look_at_labels_of_namespaces_and_objects() {
        api.post("/api/v1/namespaces", "{\"metadata\":{\"name\":\"n\",\"labels\":{\"x\":\"y\"}}}");
        validate(
                hook("n", "/n", "\"namespaceSelector\":{\"matchLabels\":{\"x\":\"y\"}}"),
                hook("o", "/o", "\"objectSelector\":{\"matchLabels\":{\"a\":\"b\"}}"));
        api.post(MAPS, map("c"));
        assertThat(server.asked()).isEmpty();
        api.post("/api/v1/namespaces/n/configmaps", map("c"));
        assertThat(server.asked()).hasSize(1);
        server.forget();
        api.patch(MAPS + "/c", "merge", "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}");
        api.patch(MAPS + "/c", "merge", "{\"metadata\":{\"labels\":null}}");
        api.delete(MAPS + "/c");
        assertThat(askedNames()).containsExactly("UPDATE c", "UPDATE c");
        assertThat(api.post("/api/v1/namespaces/nosuch/configmaps", map("c")).code())
                .isEqualTo(404);
    }

    @Test
    void conditions_decide_and_their_failures_follow_the_policy() {
        server.denying("/w", "seen");
        String condition = "\"matchConditions\":[{\"name\":\"c\",\"expression\":\"%s\"}]";
        validate(hook("w", "/w", condition.formatted("request.name == 'c'")));
        assertThat(api.post(MAPS, map("d")).code()).isEqualTo(201);
        assertThat(api.post(MAPS, map("c")).code()).isEqualTo(400);
        api.delete(VALIDATING + "/v");
        validate(hook("w", "/w", condition.formatted("object.data.x == '1'")));
        TestApi.Reply failed = api.post(MAPS, map("c"));
        assertThat(failed.code()).isEqualTo(403);
        assertThat(failed.message())
                .isEqualTo(
                        "configmaps \"c\" is forbidden: expression 'object.data.x == '1'' resulted in error: no such key: data");
        api.delete(VALIDATING + "/v");
        validate(
                hook(
                        "w",
                        "/w",
                        "\"failurePolicy\":\"Ignore\","
                                + condition.formatted("object.data.x == '1'")));
        assertThat(api.post(MAPS, map("c")).code()).isEqualTo(201);
    }

    @Test
    void configurations_themselves_are_nobodys_business() {
        server.denying("/w", "never");
        mutate(hook("w", server.config("/w"), "*/*", ""));
        validate(hook("w", server.config("/w"), "*/*", ""));
        assertThat(api.post(MAPS, map("c")).code()).isEqualTo(400);
        assertThat(api.delete(MUTATING + "/m").code()).isEqualTo(200);
        assertThat(api.delete(VALIDATING + "/v").code()).isEqualTo(200);
        assertThat(api.post(MAPS, map("c")).code()).isEqualTo(201);
    }

    @Test
    void connections_bindings_evictions_and_tokens_are_asked_about() {
        api.post(TestApi.PODS, TestApi.pod("p", ""));
        server.denying("/w", "no");
        validate(hook("w", server.config("/w"), "pods/*", ""));
        String pod = TestApi.PODS + "/p";
        assertThat(api.post(pod + "/exec?command=ls&command=-l&stdout=true", "").message())
                .endsWith("denied the request: no");
        assertThat(api.get(pod + "/portforward?ports=80").code()).isEqualTo(400);
        assertThat(
                        api.post(
                                        pod + "/binding",
                                        "{\"metadata\":{\"name\":\"p\"},\"target\":{\"name\":\"n\"}}")
                                .code())
                .isEqualTo(400);
        assertThat(api.post(pod + "/eviction", "{\"metadata\":{\"name\":\"p\"}}").code())
                .isEqualTo(400);
        assertThat(askedNames()).containsExactly("CONNECT p", "CONNECT p", "CREATE p", "CREATE p");
        JsonNode exec = server.asked().getFirst();
        assertThat(exec.path("subResource").asText()).isEqualTo("exec");
        assertThat(exec.path("object").toString())
                .isEqualTo(
                        "{\"kind\":\"PodExecOptions\",\"apiVersion\":\"v1\",\"stdout\":true,\"command\":[\"ls\",\"-l\"]}");
        assertThat(exec.path("options").isNull()).isTrue();
        assertThat(server.asked().get(3).at("/kind/kind").asText()).isEqualTo("Eviction");
    }

    @Test
    void scales_are_seen_and_changed_as_scales() {
        String deployments = "/apis/apps/v1/namespaces/default/deployments";
        api.post(
                deployments,
                """
                {"metadata":{"name":"d"},"spec":{"selector":{"matchLabels":{"a":"b"}},
                 "template":{"metadata":{"labels":{"a":"b"}},
                  "spec":{"containers":[{"name":"c","image":"i"}]}}}}
                """);
        mutate(hook("w", server.config("/w"), "deployments/scale", ""));
        server.patching("/w", "[{\"op\":\"replace\",\"path\":\"/spec/replicas\",\"value\":7}]");
        TestApi.Reply scaled =
                api.patch(deployments + "/d/scale", "merge", "{\"spec\":{\"replicas\":2}}");
        assertThat(scaled.at("/spec/replicas")).isEqualTo("7");
        JsonNode seen = server.asked().getFirst();
        assertThat(seen.at("/object/kind").asText()).isEqualTo("Scale");
        assertThat(seen.at("/object/spec/replicas").asInt()).isEqualTo(2);
        assertThat(seen.at("/oldObject/spec/replicas").asInt()).isEqualTo(1);
        assertThat(seen.at("/kind").toString())
                .isEqualTo("{\"group\":\"autoscaling\",\"version\":\"v1\",\"kind\":\"Scale\"}");
    }

    @Test
    void a_webhook_that_knows_another_version_sees_the_object_in_it() {
        server.patching("/w", "[{\"op\":\"replace\",\"path\":\"/note\",\"value\":\"changed\"}]");
        mutate(
                hook("w", server.config("/w"), "events", "")
                        .replace("\"apiGroups\":[\"*\"]", "\"apiGroups\":[\"events.k8s.io\"]"));
        TestApi.Reply event =
                api.post(
                        "/api/v1/namespaces/default/events",
                        """
                        {"metadata":{"name":"e"},"message":"M","reason":"R","type":"Normal",
                         "involvedObject":{"namespace":"default","kind":"Pod","name":"p"},
                         "source":{"component":"c"}}
                        """);
        assertThat(event.code()).as(event.message()).isEqualTo(201);
        assertThat(event.at("/message")).isEqualTo("changed");
        assertThat(event.at("/involvedObject/name")).isEqualTo("p");
        JsonNode seen = server.asked().getFirst();
        assertThat(seen.at("/object/apiVersion").asText()).isEqualTo("events.k8s.io/v1");
        assertThat(seen.at("/object/regarding/name").asText()).isEqualTo("p");
        assertThat(seen.at("/requestKind/group").asText()).isEmpty();
        api.delete(MUTATING + "/m");
        mutate(
                hook("w", server.config("/w"), "events", "\"matchPolicy\":\"Exact\"")
                        .replace("\"apiGroups\":[\"*\"]", "\"apiGroups\":[\"events.k8s.io\"]"));
        server.forget();
        api.patch("/api/v1/namespaces/default/events/e", "merge", "{\"count\":2}");
        assertThat(server.asked()).isEmpty();
    }

    @Test
    void what_only_one_version_of_a_definition_knows_survives_a_webhook_of_another() {
        api.post(
                "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
                """
                {"metadata":{"name":"foos.ex.com"},"spec":{"group":"ex.com","scope":"Namespaced",
                 "names":{"plural":"foos","singular":"foo","kind":"Foo","listKind":"FooList"},"versions":[
                 {"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object",
                  "properties":{"a":{"type":"string"},"both":{"type":"string"}}}}},
                 {"name":"v2","served":true,"storage":false,"schema":{"openAPIV3Schema":{"type":"object",
                  "properties":{"both":{"type":"string"}}}}}]}}
                """);
        server.patching("/w", "[{\"op\":\"add\",\"path\":\"/both\",\"value\":\"patched\"}]");
        mutate(
                hook("w", server.config("/w"), "foos", "")
                        .replace("\"apiVersions\":[\"*\"]", "\"apiVersions\":[\"v2\"]"));
        TestApi.Reply made =
                api.post(
                        "/apis/ex.com/v1/namespaces/default/foos",
                        "{\"apiVersion\":\"ex.com/v1\",\"kind\":\"Foo\",\"metadata\":{\"name\":\"f\"},\"a\":\"kept\"}");
        assertThat(made.code()).as(made.message()).isEqualTo(201);
        assertThat(made.at("/a")).isEqualTo("kept");
        assertThat(made.at("/both")).isEqualTo("patched");
        assertThat(made.at("/apiVersion")).isEqualTo("ex.com/v1");
        JsonNode seen = server.asked().getFirst();
        assertThat(seen.at("/object/apiVersion").asText()).isEqualTo("ex.com/v2");
        assertThat(seen.at("/requestResource/version").asText()).isEqualTo("v1");
    }
}
