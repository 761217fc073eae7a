package dev.glovebox.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.auth.User;
import dev.glovebox.apiserver.pki.TestCertificates;
import dev.glovebox.policy.TrustLevel;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Webhooks in admission, over a server that answers what the test wants.
class WebhookApiTest {
    private static final String CONFIGURATIONS = "/apis/admissionregistration.k8s.io/v1/";
    private static final String MUTATING = CONFIGURATIONS + "mutatingwebhookconfigurations";
    private static final String VALIDATING = CONFIGURATIONS + "validatingwebhookconfigurations";
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String LABEL =
            "[{\"op\":\"add\",\"path\":\"/metadata/labels\",\"value\":{\"a\":\"b\"}}]";

    @TempDir Path folder;
    private TestApi api;
    private HookServer server;

    @BeforeEach
    void open() throws IOException {
        api = new TestApi(folder.resolve("store"), TrustLevel.TRUSTED);
        server = new HookServer();
    }

    @AfterEach
    void close() {
        server.close();
        api.close();
    }

    private static String map(String name) {
        return "{\"metadata\":{\"name\":\"%s\"}}".formatted(name);
    }

    /// A webhook for ConfigMaps.
    private String hook(String name, String path, String more) {
        return hook(name, server.config(path), "configmaps", more);
    }

    private static String hook(String name, String config, String resources, String more) {
        return """
        {"name":"%s.example.com","clientConfig":%s,"sideEffects":"None",
         "admissionReviewVersions":["v1"]%s,
         "rules":[{"operations":["*"],"apiGroups":["*"],"apiVersions":["*"],"resources":["%s"]}]}
        """
                .formatted(name, config, more.isEmpty() ? "" : "," + more, resources);
    }

    private void configure(String place, String name, String... hooks) {
        TestApi.Reply reply =
                api.post(
                        place,
                        "{\"metadata\":{\"name\":\"%s\"},\"webhooks\":[%s]}"
                                .formatted(name, String.join(",", hooks)));
        assertThat(reply.code()).as(reply.message()).isEqualTo(201);
    }

    private void mutate(String... hooks) {
        configure(MUTATING, "m", hooks);
    }

    private void validate(String... hooks) {
        configure(VALIDATING, "v", hooks);
    }

    private List<String> askedNames() {
        return server.asked().stream()
                .map(request ->
                        request.path("operation").asText() + " " + request.path("name").asText())
                .toList();
    }

    @Test
    void a_refusal_is_told_in_the_webhooks_words_and_nothing_is_stored() {
        server.denying("/no", "not today");
        validate(hook("w", "/no", ""));
        TestApi.Reply refused = api.post(MAPS, map("c"));
        assertThat(refused.code()).isEqualTo(400);
        assertThat(refused.message())
                .isEqualTo("admission webhook \"w.example.com\" denied the request: not today");
        assertThat(api.get(MAPS + "/c").code()).isEqualTo(404);
    }

    @Test
    void a_webhook_chooses_the_code_and_the_reason_of_its_refusal() {
        server.at(
                "/no",
                (request, response) ->
                        response.put("allowed", false)
                                .putObject("status")
                                .put("code", 418)
                                .put("reason", "Teapot"));
        validate(hook("w", "/no", ""));
        TestApi.Reply refused = api.post(MAPS, map("c"));
        assertThat(refused.code()).isEqualTo(418);
        assertThat(refused.at("/reason")).isEqualTo("Teapot");
        assertThat(refused.at("/code")).isEqualTo("418");
        assertThat(refused.message()).endsWith("denied the request: Teapot");
    }

    @Test
    void a_refusal_without_words_is_told_as_one() {
        server.at("/no", (request, response) -> response.put("allowed", false));
        validate(hook("w", "/no", ""));
        assertThat(api.post(MAPS, map("c")).message())
                .isEqualTo(
                        "admission webhook \"w.example.com\" denied the request without explanation");
    }

    @Test
    void a_patch_changes_the_object_before_it_is_checked_and_stored() {
        server.patching("/label", LABEL);
        mutate(hook("w", "/label", ""));
        assertThat(api.post(MAPS, map("c")).at("/metadata/labels/a")).isEqualTo("b");
        assertThat(api.get(MAPS + "/c").at("/metadata/labels/a")).isEqualTo("b");
        server.patching(
                "/label", "[{\"op\":\"add\",\"path\":\"/data\",\"value\":{\"a b\":\"c\"}}]");
        TestApi.Reply invalid = api.post(MAPS, map("d"));
        assertThat(invalid.code()).isEqualTo(422);
        assertThat(invalid.message()).startsWith("ConfigMap \"d\" is invalid: data[a b]: ");
    }

    @Test
    void patches_that_do_not_fit_refuse_the_request_even_where_failures_are_ignored() {
        mutate(hook("w", "/p", "\"failurePolicy\":\"Ignore\""));
        for (String patch :
                List.of(
                        "[{\"op\":\"remove\",\"path\":\"/nosuch\"}]",
                        "[{\"op\":\"test\",\"path\":\"/kind\",\"value\":\"Nope\"}]",
                        "[{\"op\":\"replace\",\"path\":\"/kind\",\"value\":\"Secret\"}]",
                        "[{\"op\":\"add\",\"path\":\"/data\",\"value\":\"text\"}]",
                        "[{\"op\":\"replace\",\"path\":\"\",\"value\":[]}]")) {
            server.patching("/p", patch);
            assertThat(api.post(MAPS, map("c")).code()).as(patch).isEqualTo(500);
        }
        server.patching(
                "/p", "[{\"op\":\"replace\",\"path\":\"/metadata/namespace\",\"value\":\"x\"}]");
        assertThat(api.post(MAPS, map("c")).code()).isEqualTo(400);
    }

    @Test
    void a_patch_cannot_change_which_object_is_changed() {
        api.post(MAPS, map("c"));
        mutate(hook("w", "/p", ""));
        server.patching(
                "/p", "[{\"op\":\"replace\",\"path\":\"/metadata/name\",\"value\":\"other\"}]");
        TestApi.Reply renamed = api.put(MAPS + "/c", map("c"));
        assertThat(renamed.code()).isEqualTo(422);
        assertThat(renamed.message()).contains("metadata.name: Invalid value: \"other\"");
        server.patching("/p", "[{\"op\":\"add\",\"path\":\"/metadata/uid\",\"value\":\"x\"}]");
        assertThat(api.put(MAPS + "/c", map("c")).code()).isEqualTo(422);
        assertThat(api.get(MAPS + "/other").code()).isEqualTo(404);
    }

    @Test
    void what_a_webhook_adds_gets_its_defaults() {
        server.patching(
                "/p",
                """
                [{"op":"add","path":"/spec/containers/-","value":{"name":"side","image":"s:1"}}]
                """);
        mutate(hook("w", server.config("/p"), "pods", ""));
        JsonNode pod = api.post(TestApi.PODS, TestApi.pod("p", "")).body();
        assertThat(pod.at("/spec/containers/1/imagePullPolicy").asText()).isEqualTo("IfNotPresent");
        assertThat(pod.at("/spec/containers/1/terminationMessagePath").asText())
                .isEqualTo("/dev/termination-log");
        // The account's token is mounted into what the webhook added, too.
        assertThat(pod.at("/spec/containers/1/volumeMounts/0/mountPath").asText())
                .isEqualTo("/var/run/secrets/kubernetes.io/serviceaccount");
    }

    @Test
    void webhooks_are_asked_by_the_names_of_configurations_and_their_order_in_them() {
        configure(MUTATING, "b", hook("first", "/3", ""), hook("second", "/4", ""));
        configure(MUTATING, "a", hook("z", "/1", ""), hook("y", "/2", ""));
        for (int i = 1; i <= 4; i++) {
            server.patching(
                    "/" + i,
                    i == 1
                            ? "[{\"op\":\"add\",\"path\":\"/data\",\"value\":{\"x\":\"1\"}}]"
                            : "[{\"op\":\"copy\",\"from\":\"/data/x\",\"path\":\"/data/x%d\"},{\"op\":\"replace\",\"path\":\"/data/x\",\"value\":\"%d\"}]"
                                    .formatted(i, i));
        }
        assertThat(api.post(MAPS, map("c")).body().path("data").toString())
                .isEqualTo("{\"x\":\"4\",\"x2\":\"1\",\"x3\":\"2\",\"x4\":\"3\"}");
    }

    @Test
    void who_wants_to_is_asked_again_when_something_changed_afterwards_and_only_once() {
        String again = "\"reinvocationPolicy\":\"IfNeeded\"";
        mutate(hook("a", "/a", again), hook("b", "/b", ""), hook("c", "/c", again));
        assertThat(api.post(MAPS, map("quiet")).code()).isEqualTo(201);
        assertThat(server.asked()).hasSize(3);
        server.forget();
        server.at(
                "/b",
                (request, response) ->
                        HookServer.patch(
                                response,
                                LABEL.replace(
                                        "\"b\"", "\"" + request.path("uid").asText() + "\"")));
        server.at(
                "/a",
                (request, response) -> {
                    String seen = request.at("/object/metadata/labels/a").asText();
                    HookServer.patch(
                            response,
                            "[{\"op\":\"add\",\"path\":\"/metadata/annotations\",\"value\":{\"seen\":\"%s\"}}]"
                                    .formatted(seen));
                });
        TestApi.Reply made = api.post(MAPS, map("c"));
        assertThat(made.at("/metadata/annotations/seen"))
                .isEqualTo(made.at("/metadata/labels/a"))
                .isNotEmpty();
        // a, b and c; then a, which saw another object, and c, as a changed it once more.
        assertThat(server.asked()).hasSize(5);
    }

    @Test
    void a_container_that_a_webhook_adds_in_the_second_round_does_not_escape_isolation() {
        api.close();
        api = new TestApi(folder.resolve("untrusting"), TrustLevel.UNTRUSTED);
        String again = "\"reinvocationPolicy\":\"IfNeeded\"";
        mutate(
                hook("a", server.config("/a"), "pods", again),
                hook("b", server.config("/b"), "pods", ""));
        server.patching("/b", LABEL);
        server.at(
                "/a",
                (request, response) -> {
                    if (request.at("/object/metadata/labels/a").asText().equals("b")) {
                        HookServer.patch(
                                response,
                                "[{\"op\":\"remove\",\"path\":\"/spec/runtimeClassName\"}]");
                    }
                });
        TestApi.Reply pod = api.post(TestApi.PODS, TestApi.pod("p", ""));
        assertThat(pod.code()).as(pod.message()).isEqualTo(201);
        assertThat(server.asked()).hasSize(3);
        assertThat(pod.at("/spec/runtimeClassName")).isEqualTo("gvisor");
    }

    @Test
    void validating_webhooks_are_asked_at_once_and_see_what_is_stored() throws Exception {
        CountDownLatch both = new CountDownLatch(2);
        HookServer.Behaviour waiting =
                (request, response) -> {
                    both.countDown();
                    response.put("allowed", both.await(10, TimeUnit.SECONDS));
                };
        server.at("/a", waiting);
        server.at("/b", waiting);
        validate(hook("a", "/a", ""), hook("b", "/b", ""));
        TestApi.Reply made = api.post(MAPS, "{\"metadata\":{\"generateName\":\"c-\"}}");
        assertThat(made.code()).as(made.message()).isEqualTo(201);
        JsonNode seen = server.asked().getFirst();
        assertThat(seen.path("name").asText()).isEqualTo(made.at("/metadata/name"));
        assertThat(seen.at("/object/metadata/uid").asText()).isEqualTo(made.at("/metadata/uid"));
    }

    @Test
    void of_several_refusals_the_first_webhooks_is_told() {
        server.denying("/a", "a");
        server.denying("/b", "b");
        validate(hook("one", "/b", ""), hook("two", "/a", ""));
        assertThat(api.post(MAPS, map("c")).message()).endsWith("denied the request: b");
        assertThat(server.asked()).hasSize(2);
    }

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

    private void failing(String policy, String path) {
        api.delete(VALIDATING + "/v");
        validate(hook("w", path, "\"failurePolicy\":\"%s\"".formatted(policy)));
    }

    private void fails(String path, String words) {
        failing("Fail", path);
        TestApi.Reply refused = api.post(MAPS, map("c"));
        assertThat(refused.code()).isEqualTo(500);
        assertThat(refused.message())
                .startsWith("Internal error occurred: failed calling webhook \"w.example.com\": ")
                .contains(words);
        assertThat(refused.at("/details/causes/0/message")).contains(words);
        failing("Ignore", path);
        assertThat(api.post(MAPS + "?dryRun=All", map("c")).code()).isEqualTo(201);
    }

    @Test
    void answers_that_are_none_follow_the_failure_policy() {
        server.at("/uid", (request, response) -> response.put("uid", "x"));
        fails("/uid", "received invalid webhook response: expected response.uid=");
        server.patching("/patch", LABEL);
        fails("/patch", "validating webhook may not return response.patch");
        server.raw("/text", exchange -> HookServer.send(exchange, 200, bytes("hello")));
        fails("/text", "failed to call webhook: couldn't get version/kind; json parse error");
        server.raw("/empty", exchange -> HookServer.send(exchange, 200, bytes("")));
        fails("/empty", "0-length response with status code: 200");
        server.raw(
                "/none",
                exchange ->
                        HookServer.send(
                                exchange,
                                200,
                                bytes(
                                        "{\"kind\":\"AdmissionReview\",\"apiVersion\":\"admission.k8s.io/v1\"}")));
        fails("/none", "webhook response was absent");
        server.raw("/broken", exchange -> HookServer.send(exchange, 500, bytes("boom")));
        fails("/broken", "an error on the server (\"unknown\") has prevented the request");
        server.raw("/gone", exchange -> HookServer.send(exchange, 404, bytes("")));
        fails("/gone", "the server could not find the requested resource");
        server.raw(
                "/elsewhere",
                exchange -> {
                    exchange.getResponseHeaders().add("Location", "/w");
                    HookServer.send(exchange, 307, bytes(""));
                });
        fails("/elsewhere", "the server responded with the status code 307");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void a_webhook_that_drips_or_floods_is_cut_off() {
        server.raw(
                "/drip",
                exchange -> {
                    exchange.sendResponseHeaders(200, 0);
                    OutputStream out = exchange.getResponseBody();
                    for (int i = 0; i < 600; i++) {
                        out.write(' ');
                        out.flush();
                        pause();
                    }
                });
        server.raw(
                "/flood",
                exchange -> {
                    exchange.sendResponseHeaders(200, 0);
                    OutputStream out = exchange.getResponseBody();
                    for (int i = 0; i < 100; i++) {
                        out.write(new byte[1 << 20]);
                    }
                });
        validate(hook("w", "/drip", "\"timeoutSeconds\":1"));
        assertThat(api.post(MAPS, map("c")).message()).endsWith("context deadline exceeded");
        api.delete(VALIDATING + "/v");
        validate(hook("w", "/flood", ""));
        assertThat(api.post(MAPS, map("c")).message()).contains("is larger than");
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(Duration.ofMillis(100));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    @Test
    void a_server_has_to_prove_who_it_is() {
        String other = TestCertificates.of("localhost").authority();
        String config = server.config("/w").replaceFirst("\"caBundle\":\"[^\"]*\"", "");
        validate(
                hook("w", config + "\"caBundle\":\"" + other + "\"}", "configmaps", "")
                        .replace("}\"caBundle\"", "\"caBundle\""));
        assertThat(api.post(MAPS, map("c")).message())
                .endsWith("x509: certificate signed by unknown authority");
        api.delete(VALIDATING + "/v");
        validate(
                hook("w", server.config("/w").replace("localhost", "127.0.0.1"), "configmaps", ""));
        assertThat(api.post(MAPS, map("c")).message())
                .contains(
                        "x509: certificate is valid for hook.default.svc, localhost, not 127.0.0.1");
        api.delete(VALIDATING + "/v");
        int port = server.port();
        server.close();
        validate(
                hook("w", "{\"url\":\"https://127.0.0.1:%d/\"}".formatted(port), "configmaps", ""));
        assertThat(api.post(MAPS, map("c")).message())
                .endsWith("dial tcp 127.0.0.1:%d: connect: connection refused".formatted(port));
    }

    @Test
    void a_service_without_a_ready_endpoint_is_reached_by_nothing() {
        validate(hook("w", server.serviceConfig("/w"), "configmaps", ""));
        assertThat(api.post(MAPS, map("c")).message()).endsWith("service \"hook\" not found");
        api.post(
                "/api/v1/namespaces/default/services",
                "{\"metadata\":{\"name\":\"hook\"},\"spec\":{\"ports\":[{\"port\":443}]}}");
        assertThat(api.post(MAPS, map("c")).message())
                .endsWith("no endpoints available for service \"hook\"");
        String slices = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices";
        // Nobody is there: the address is one of those that are kept for documentation.
        TestApi.Reply made =
                api.post(
                        slices,
                        """
                        {"metadata":{"name":"a","labels":{"kubernetes.io/service-name":"hook"}},
                         "addressType":"IPv4","ports":[{"name":"","port":8443}],
                         "endpoints":[{"addresses":["192.0.2.1"],"conditions":{"ready":false}}]}
                        """);
        assertThat(made.code()).as(made.message()).isEqualTo(201);
        assertThat(api.post(MAPS, map("c")).message())
                .endsWith("no endpoints available for service \"hook\"");
    }

    @Test
    void a_webhook_that_writes_itself_finds_nothing_locked() {
        server.at(
                "/w",
                (request, response) -> {
                    if (!request.path("name").asText().equals("inner")) {
                        TestApi.Reply inner =
                                api.post(
                                        "/api/v1/namespaces/default/services",
                                        "{\"metadata\":{\"name\":\"inner\"},\"spec\":{\"ports\":[{\"port\":80}]}}");
                        response.put("allowed", inner.code() == 201);
                    }
                });
        validate(hook("w", server.config("/w"), "services", ""));
        TestApi.Reply outer =
                api.post(
                        "/api/v1/namespaces/default/services",
                        "{\"metadata\":{\"name\":\"outer\"},\"spec\":{\"ports\":[{\"port\":80}]}}");
        assertThat(outer.code()).as(outer.message()).isEqualTo(201);
        String inner = api.get("/api/v1/namespaces/default/services/inner").at("/spec/clusterIP");
        assertThat(outer.at("/spec/clusterIP")).isNotEqualTo(inner).isNotEmpty();
    }

    @Test
    void warnings_and_dry_runs_are_passed_on() {
        server.at(
                "/w", (request, response) -> response.putArray("warnings").add("mind").add("a\nb"));
        validate(hook("w", "/w", ""));
        assertThat(api.post(MAPS, map("c")).warnings()).containsExactly("mind");
        server.denying("/w", "no");
        server.at(
                "/w",
                (request, response) -> {
                    response.put("allowed", false);
                    response.putArray("warnings").add("mind");
                });
        assertThat(api.post(MAPS, map("d")).warnings()).containsExactly("mind");
    }

    @Test
    void broken_managed_fields_are_put_back() {
        server.patching(
                "/w",
                "[{\"op\":\"add\",\"path\":\"/metadata/managedFields\",\"value\":[{\"manager\":\"x\",\"operation\":\"Nope\"}]}]");
        mutate(hook("w", "/w", ""));
        TestApi.Reply made =
                api.post(MAPS, "{\"metadata\":{\"name\":\"c\"},\"data\":{\"a\":\"b\"}}");
        assertThat(made.at("/metadata/managedFields/0/manager")).isEqualTo("test");
        assertThat(made.warnings().getFirst())
                .startsWith(".metadata.managedFields was in an invalid state after admission");
    }

    @Test
    void the_cluster_begins_again_although_a_webhook_refuses_everything() {
        server.close();
        mutate(hook("w", server.config("/w"), "*/*", ""));
        assertThat(api.post(MAPS, map("c")).code()).isEqualTo(500);
        api.bootstrap();
        assertThat(api.delete(MUTATING + "/m").code()).isEqualTo(200);
    }
}
