package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The API as both kubectls see it, and as one sees it without a certificate.
@SharedEngine
class KubectlIT {
    private static final String IMAGE = "example.test/none:1";
    private final Engine engine;
    private final Kubectl newest;

    KubectlIT(Engine engine, Kubectl newest) {
        this.engine = engine;
        this.newest = newest;
    }

    static Stream<Path> kubectls() {
        return Stream.of(Kubectl.old(), Kubectl.newest());
    }

    @ParameterizedTest
    @MethodSource("kubectls")
    void the_server_is_discovered_and_healthy(Path binary) {
        var kubectl = new Kubectl(binary, newest.kubeconfig());
        assertThat(kubectl.run("get", "--raw", "/healthz").ok().text()).isEqualTo("ok");
        assertThat(kubectl.run("get", "--raw", "/readyz").ok().text()).isEqualTo("ok");
        assertThat(kubectl.run("version").ok().out()).contains("Server Version");
        assertThat(kubectl.run("api-resources").ok().out())
                .contains("pods", "namespaces", "nodes", "runtimeclasses", "events");
        assertThat(kubectl.run("explain", "pod.spec.runtimeClassName").ok().out())
                .containsIgnoringCase("runtimeClassName");
    }

    @ParameterizedTest
    @MethodSource("kubectls")
    void nodes_and_pods_are_shown_in_kubernetes_columns(Path binary) {
        var kubectl = new Kubectl(binary, newest.kubeconfig());
        assertThat(kubectl.run("get", "nodes").ok().out())
                .containsPattern(
                        "^NAME +STATUS +ROLES +AGE +VERSION\n" + engine.node() + " +Ready ");
        assertThat(kubectl.run("get", "nodes", "-o", "wide").ok().out()).contains("containerd://");
        kubectl.apply(Manifests.namespace("columns", "untrusted")).ok();
        kubectl.command("-n", "columns", "apply", "-f", "-")
                .input(Manifests.pod("one", IMAGE, "true"))
                .run()
                .ok();
        assertThat(kubectl.run("-n", "columns", "get", "pods", "-o", "wide").ok().out())
                .containsPattern(
                        "^NAME +READY +STATUS +RESTARTS +AGE +IP +NODE +NOMINATED NODE +READINESS GATES\none +0/1 ");
        assertThat(kubectl.run("-n", "columns", "describe", "pod", "one").ok().out())
                .contains("Events:");
        kubectl.run("delete", "namespace", "columns").ok();
        assertThat(kubectl.run("get", "namespace", "columns").err()).contains("not found");
    }

    @ParameterizedTest
    @MethodSource("kubectls")
    void objects_are_changed_in_every_way(Path binary) {
        var kubectl = new Kubectl(binary, newest.kubeconfig());
        kubectl.apply(Manifests.namespace("changes", "untrusted")).ok();
        var pod = Manifests.pod("one", IMAGE, "true");
        kubectl.command("-n", "changes", "apply", "-f", "-").input(pod).run().ok();
        kubectl.run("-n", "changes", "label", "pod", "one", "a=b").ok();
        kubectl.run("-n", "changes", "annotate", "pod", "one", "c=d").ok();
        patch(kubectl, "strategic", "{\"metadata\":{\"labels\":{\"e\":\"f\"}}}");
        patch(kubectl, "merge", "{\"metadata\":{\"labels\":{\"a\":null,\"g\":\"h\"}}}");
        patch(
                kubectl,
                "json",
                "[{\"op\":\"add\",\"path\":\"/metadata/labels/i\",\"value\":\"j\"}]");
        var read = kubectl.get("-n", "changes", "pod", "one").at("/metadata");
        assertThat(read.at("/labels").toString())
                .isEqualTo("{\"e\":\"f\",\"g\":\"h\",\"i\":\"j\"}");
        assertThat(read.at("/annotations/c").asText()).isEqualTo("d");
        assertThat(kubectl.command("-n", "changes", "apply", "-f", "-").input(pod).run().ok().out())
                .contains("pod/one unchanged");
        var other = pod.replace("- name: main", "- name: other");
        assertThat(kubectl.command("-n", "changes", "apply", "-f", "-").input(other).run().err())
                .contains("spec: Forbidden")
                .contains("pod updates may not change fields");
        kubectl.run("delete", "namespace", "changes").ok();
    }

    /// From 1.32 on it comes as protobuf.
    @ParameterizedTest
    @MethodSource("kubectls")
    void a_namespace_is_created_by_its_own_command(Path binary) {
        var kubectl = new Kubectl(binary, newest.kubeconfig());
        assertThat(kubectl.run("create", "namespace", "typed").ok().text())
                .isEqualTo("namespace/typed created");
        assertThat(kubectl.get("namespace", "typed").at("/status/phase").asText())
                .isEqualTo("Active");
        kubectl.run("delete", "namespace", "typed").ok();
    }

    @Test
    void the_namespaces_of_kubernetes_exist_and_stay() {
        for (var name : new String[] {"default", "kube-system", "kube-public", "kube-node-lease"}) {
            newest.run("get", "namespace", name).ok();
        }
        for (var name : new String[] {"default", "kube-system", "kube-public"}) {
            var ran = newest.run("delete", "namespace", name);
            assertThat(ran.exit()).as(ran.toString()).isEqualTo(1);
            assertThat(ran.err()).contains("forbidden: this namespace may not be deleted");
        }
    }

    @Test
    void the_two_classes_are_there_and_a_users_edits_are_kept() {
        assertThat(newest.get("runtimeclass", "gvisor").at("/handler").asText()).isEqualTo("runsc");
        assertThat(newest.get("runtimeclass", "runc").at("/handler").asText()).isEqualTo("runc");
        newest.run("label", "runtimeclass", "gvisor", "mine=yes").ok();
        engine.run("down").ok();
        engine.up().ok();
        assertThat(newest.get("runtimeclass", "gvisor").at("/metadata/labels/mine").asText())
                .isEqualTo("yes");
        newest.run("label", "runtimeclass", "gvisor", "mine-").ok();
    }

    @Test
    void changes_are_watched() throws Exception {
        newest.apply(Manifests.namespace("watched", "untrusted")).ok();
        var watch =
                newest.command(
                                "-n",
                                "watched",
                                "get",
                                "pods",
                                "-w",
                                "-o",
                                "name",
                                "--request-timeout=60s")
                        .start();
        try (var lines = watch.inputReader()) {
            newest.command("-n", "watched", "apply", "-f", "-")
                    .input(Manifests.pod("seen", IMAGE, "true"))
                    .run()
                    .ok();
            assertThat(lines.readLine()).isEqualTo("pod/seen");
        } finally {
            watch.destroy();
            newest.run("delete", "namespace", "watched").ok();
        }
    }

    @Test
    void without_a_certificate_nobody_is_let_in() {
        var server =
                newest.run("config", "view", "-o", "jsonpath={.clusters[0].cluster.server}")
                        .ok()
                        .text();
        assertThat(server).startsWith("https://127.0.0.1:");
        var ran = Command.of("curl", "-sk", server + "/api/v1/pods").run().ok();
        var status = Kubectl.json(ran.out());
        assertThat(status.at("/kind").asText()).isEqualTo("Status");
        assertThat(status.at("/code").asInt()).isIn(401, 403);
    }

    @Test
    void the_administrators_file_is_its_owners_alone() throws Exception {
        var file = engine.kubeconfig();
        assertThat(engine.run("kubeconfig").ok().text()).isEqualTo(file.toString());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        var text = Files.readString(file);
        assertThat(text)
                .contains(
                        "certificate-authority-data:",
                        "client-certificate-data:",
                        "client-key-data:");
    }

    private static void patch(Kubectl kubectl, String type, String patch) {
        kubectl.run("-n", "changes", "patch", "pod", "one", "--type", type, "-p", patch).ok();
    }
}
