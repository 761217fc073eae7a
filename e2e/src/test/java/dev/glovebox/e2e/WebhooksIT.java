package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Admission webhooks as kubectl meets them, with a server outside of the engine that does its
/// work, ends, and comes back as somebody else.
@WithoutNode
class WebhooksIT {
    private static final Engine ENGINE = Engine.in(219);

    /// Not of the loopback's own, which no endpoint may have; the machine has it for one test.
    private static final String ADDRESS = "198.51.100.219";

    @TempDir static Path scratch;

    private static HookServer.Identity own;
    private static HookServer.Identity other;
    private static Kubectl kubectl;
    private static HookServer server;

    @BeforeAll
    static void up() throws IOException, GeneralSecurityException {
        own = HookServer.Identity.in(scratch, "own");
        other = HookServer.Identity.in(scratch, "other");
        server = HookServer.start(0, own);
        kubectl = start();
        kubectl.run("create", "namespace", "hooks").ok();
    }

    private static Kubectl start() {
        ENGINE.up("--no-node", "--audit-level", "Metadata").ok();
        return ENGINE.kubectl();
    }

    @AfterAll
    static void purge() {
        server.close();
        ENGINE.purge().ok();
    }

    @BeforeEach
    void forget() {
        for (var kind : new String[] {"mutating", "validating"}) {
            kubectl.run("delete", kind + "webhookconfigurations", "--all").ok();
        }
        kubectl.run("-n", "hooks", "delete", "configmaps", "--all").ok();
    }

    private static String url(String path) {
        return "url: \"https://localhost:%d%s\"".formatted(server.port(), path);
    }

    private static void configure(String kind, String place, String policy, String resources) {
        kubectl.apply(
                        """
                        apiVersion: admissionregistration.k8s.io/v1
                        kind: %sWebhookConfiguration
                        metadata: {name: hooks}
                        webhooks:
                        - name: hook.example.com
                          clientConfig:
                            caBundle: %s
                            %s
                          failurePolicy: %s
                          timeoutSeconds: 5
                          sideEffects: None
                          admissionReviewVersions: [v1]
                          rules:
                          - {operations: ["*"], apiGroups: ["*"], apiVersions: ["*"], resources: ["%s"]}
                        """
                                .formatted(kind, own.certificate(), place, policy, resources))
                .ok();
    }

    private static Ran create(String name) {
        return kubectl.run("-n", "hooks", "create", "configmap", name);
    }

    @Test
    void objects_are_changed_and_refused_and_the_record_tells_of_it() throws IOException {
        configure("Mutating", url("/label"), "Fail", "configmaps");
        configure("Validating", url("/refuse"), "Fail", "configmaps");
        var made = create("good").ok();
        assertThat(made.err()).contains("Warning: looked at");
        assertThat(kubectl.get("-n", "hooks", "configmap", "good").at("/metadata/labels/seen"))
                .hasToString("\"yes\"");

        var refused = create("bad");
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.err())
                .contains(
                        "admission webhook \"hook.example.com\" denied the request: bad names are refused");
        assertThat(kubectl.run("-n", "hooks", "get", "configmap", "bad").exit()).isEqualTo(1);
        assertThat(Files.readString(ENGINE.dataDirectory().resolve("logs/audit.log")))
                .contains(
                        "\"hook.example.com/note\":\"labelled\"",
                        "\"mutation.webhook.admission.k8s.io/round_0_index_0\"");
    }

    @Test
    void a_server_behind_a_service_is_found_by_its_endpoints() {
        configure(
                "Validating",
                "service: {name: hook, namespace: hooks, path: /refuse}",
                "Fail",
                "configmaps");
        assertThat(create("early").err()).contains("service \"hook\" not found");
        kubectl.apply(
                        """
                        apiVersion: v1
                        kind: Service
                        metadata: {name: hook, namespace: hooks}
                        spec: {ports: [{port: 443, targetPort: %1$d}]}
                        ---
                        apiVersion: discovery.k8s.io/v1
                        kind: EndpointSlice
                        metadata:
                          name: hook
                          namespace: hooks
                          labels: {kubernetes.io/service-name: hook}
                        addressType: IPv4
                        ports: [{name: "", port: %1$d}]
                        endpoints: [{addresses: ["%2$s"]}]
                        """
                                .formatted(server.port(), ADDRESS))
                .ok();
        address("add");
        try {
            create("good").ok();
            assertThat(create("bad").err()).contains("denied the request: bad names are refused");
        } finally {
            address("del");
        }
    }

    private static void address(String change) {
        Command.of("ip", "addr", change, ADDRESS + "/32", "dev", "lo").run().ok();
    }

    @Test
    void a_server_that_is_gone_or_somebody_else_refuses_or_is_overlooked_as_the_policy_says()
            throws IOException, GeneralSecurityException {
        int port = server.port();
        configure("Validating", url("/refuse"), "Fail", "configmaps");
        create("before").ok();
        server.close();
        assertThat(create("gone").err())
                .contains(
                        "Internal error occurred: failed calling webhook \"hook.example.com\"",
                        "connect: connection refused");
        configure("Validating", url("/refuse"), "Ignore", "configmaps");
        create("gone").ok();

        server = HookServer.start(port, other);
        create("bad").ok();
        configure("Validating", url("/refuse"), "Fail", "configmaps");
        assertThat(create("other").err())
                .contains("tls: failed to verify certificate: x509: certificate signed by unknown");

        server.close();
        server = HookServer.start(port, own);
        create("after").ok();
    }

    @Test
    void an_engine_starts_although_a_webhook_refuses_everything_and_can_be_rid_of_it() {
        configure("Validating", "url: https://127.0.0.1:9/", "Fail", "*/*");
        assertThat(create("no").err()).contains("failed calling webhook");
        ENGINE.command("down", "--yes").within(Duration.ofMinutes(2)).run().ok();
        kubectl = start();
        assertThat(create("no").err()).contains("failed calling webhook");
        kubectl.run("delete", "validatingwebhookconfiguration", "hooks").ok();
        create("yes").ok();
    }
}
