package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A definition whose versions are converted by a server outside of the engine, as kubectl meets
/// it; the server ends, and comes back as somebody else.
@WithoutNode
class ConversionIT {
    private static final Engine ENGINE = Engine.in(220);

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
        kubectl.apply(definition()).ok();
    }

    private static Kubectl start() {
        ENGINE.up("--no-node").ok();
        return ENGINE.kubectl();
    }

    @AfterAll
    static void purge() {
        server.close();
        ENGINE.purge().ok();
    }

    private static String definition() {
        return """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: things.example.com}
        spec:
          group: example.com
          scope: Namespaced
          names: {plural: things, kind: Thing}
          conversion:
            strategy: Webhook
            webhook:
              conversionReviewVersions: [v1]
              clientConfig: {url: "https://localhost:%d/convert", caBundle: %s}
          versions:
          - name: v1
            served: true
            storage: true
            schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {
              host: {type: string}, port: {type: integer}}}}}}
          - name: v2
            served: true
            storage: false
            additionalPrinterColumns: [{name: At, type: string, jsonPath: .spec.address}]
            schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {
              address: {type: string}}}}}}
        """
                .formatted(server.port(), own.certificate());
    }

    private static void apply(String version, String name, String spec) {
        kubectl.apply(
                        """
                        apiVersion: example.com/%s
                        kind: Thing
                        metadata: {name: %s}
                        spec: {%s}
                        """
                                .formatted(version, name, spec))
                .ok();
    }

    private static Ran get(String... names) {
        return kubectl.command("get", "things.v2.example.com").and(names).run();
    }

    @Test
    void things_are_what_each_version_calls_them_while_the_server_is_there_and_itself()
            throws IOException, GeneralSecurityException {
        apply("v1", "old", "host: h, port: 1");
        apply("v2", "new", "address: \"x:2\"");
        assertThat(get().ok().out()).contains("AT").contains("h:1").contains("x:2");
        assertThat(field("v1", "new", "{.spec.host} {.spec.port}")).isEqualTo("x 2");
        kubectl.run(
                        "patch",
                        "things.v2.example.com",
                        "old",
                        "--type=merge",
                        "-p",
                        "{\"spec\":{\"address\":\"p:3\"}}")
                .ok();
        assertThat(field("v1", "old", "{.spec.host} {.spec.port}")).isEqualTo("p 3");

        int port = server.port();
        server.close();
        String failed =
                "conversion webhook for example.com/v1, Kind=Thing failed: Post \"https://localhost:%d/convert?timeout=30s\": "
                        .formatted(port);
        assertThat(get("old").err()).contains(failed + "dial tcp", "connect: connection refused");
        assertThat(kubectl.run("delete", "things.v2.example.com", "old").err()).contains(failed);
        assertThat(field("v1", "old", "{.spec.host}")).isEqualTo("p");
        kubectl.run("create", "configmap", "others-are-served").ok();

        server = HookServer.start(port, other);
        assertThat(get("old").err())
                .contains(
                        failed
                                + "tls: failed to verify certificate: x509: certificate signed by unknown authority");
        server.close();

        // A start does not need it.
        ENGINE.command("down", "--yes").within(Duration.ofMinutes(2)).run().ok();
        kubectl = start();
        assertThat(field("v1", "new", "{.spec.host}")).isEqualTo("x");
        server = HookServer.start(port, own);
        assertThat(field("v2", "old", "{.spec.address}")).isEqualTo("p:3");
        server.close();

        // And neither does the end of the definition.
        kubectl.run("delete", "crd", "things.example.com", "--timeout=60s").ok();
        assertThat(get().err()).contains("the server could not find the requested resource");
        server = HookServer.start(port, own);
    }

    private static String field(String version, String name, String path) {
        return kubectl.run(
                        "get", "things." + version + ".example.com", name, "-o", "jsonpath=" + path)
                .ok()
                .out()
                .strip();
    }
}
