package dev.glovebox.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.apiserver.pki.TestCertificates;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Webhooks that cannot be asked, or do not answer as they should.
class WebhookFailureTest extends WebhookLab {
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
}
