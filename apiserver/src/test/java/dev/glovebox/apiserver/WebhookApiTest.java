package dev.glovebox.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.policy.TrustLevel;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// What becomes of what webhooks answer in admission.
class WebhookApiTest extends WebhookLab {
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
