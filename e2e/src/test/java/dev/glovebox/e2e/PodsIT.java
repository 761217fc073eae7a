package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Pods with several containers, restarts, volumes, logs and grace, as the node agent runs them.
@SharedEngine
class PodsIT {
    private static final String NAMESPACE = "pods";
    private final Engine engine;
    private final Kubectl kubectl;

    PodsIT(Engine engine, Kubectl kubectl) {
        this.engine = engine;
        this.kubectl = kubectl;
    }

    @BeforeAll
    static void makeNamespace(Kubectl kubectl) {
        kubectl.apply(Manifests.namespace(NAMESPACE, "trusted")).ok();
    }

    @AfterAll
    static void deleting_the_namespace_deletes_its_pods(Kubectl kubectl) {
        kubectl.run("delete", "namespace", NAMESPACE, "--timeout=90s").ok();
        assertThat(kubectl.get("pods", "--all-namespaces").toString())
                .doesNotContain("\"namespace\":\"pods\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gvisor", "runc"})
    void two_containers_share_a_volume_and_the_loopback(String runtime) {
        apply(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: two-%1$s}
                spec:
                  runtimeClassName: %1$s
                  terminationGracePeriodSeconds: 1
                  volumes: [{name: shared, emptyDir: {}}]
                  containers:
                  - name: web
                    image: %2$s
                    env: [{name: WORD, value: "said once"}]
                    command: [sh, -c, 'echo "$WORD" > /shared/index.html; exec httpd -f -p 8080 -h /shared']
                    volumeMounts: [{name: shared, mountPath: /shared}]
                  - name: reader
                    image: %2$s
                    command: [sh, -c, 'until wget -q -O - http://127.0.0.1:8080/; do sleep 0.2; done; exec sleep 1000']
                    volumeMounts: [{name: shared, mountPath: /same}]
                """
                        .formatted(runtime, engine.busybox()));
        kubectl.awaitReady(NAMESPACE, "two-" + runtime);
        assertThat(
                        run(
                                        "exec",
                                        "two-" + runtime,
                                        "-c",
                                        "reader",
                                        "--",
                                        "cat",
                                        "/same/index.html")
                                .text())
                .isEqualTo("said once");
        assertThat(
                        run(
                                        "exec",
                                        "two-" + runtime,
                                        "-c",
                                        "reader",
                                        "--",
                                        "wget",
                                        "-qO-",
                                        "http://127.0.0.1:8080/")
                                .text())
                .isEqualTo("said once");
        assertThat(run("logs", "two-" + runtime, "-c", "reader").text()).isEqualTo("said once");
        assertThat(kubectl.run("-n", NAMESPACE, "logs", "two-" + runtime, "-c", "nobody").exit())
                .isEqualTo(1);
    }

    @Test
    void a_failing_container_is_restarted_as_its_policy_says() {
        apply(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: again}
                spec:
                  restartPolicy: OnFailure
                  terminationGracePeriodSeconds: 1
                  volumes: [{name: shared, emptyDir: {}}]
                  containers:
                  - name: main
                    image: %s
                    command: [sh, -c, 'test -e /shared/once && exit 0; touch /shared/once; exit 5']
                    volumeMounts: [{name: shared, mountPath: /shared}]
                """
                        .formatted(engine.busybox()));
        awaitPhase("again", "Succeeded");
        var status = kubectl.get("-n", NAMESPACE, "pod", "again").at("/status/containerStatuses/0");
        assertThat(status.at("/restartCount").asInt()).isEqualTo(1);
        assertThat(status.at("/lastState/terminated/exitCode").asInt()).isEqualTo(5);
    }

    @Test
    void a_pod_that_ends_badly_has_failed() {
        apply(Manifests.pod("bad", engine.busybox(), "echo last words; exit 9"));
        awaitPhase("bad", "Failed");
        assertThat(run("logs", "bad").text()).isEqualTo("last words");
        assertThat(
                        kubectl.get("-n", NAMESPACE, "pod", "bad")
                                .at("/status/containerStatuses/0/state/terminated/exitCode")
                                .asInt())
                .isEqualTo(9);
    }

    @Test
    void logs_come_over_a_web_socket_too() throws Exception {
        apply(Manifests.pod("framed", engine.busybox(), "echo a line"));
        awaitPhase("framed", "Succeeded");
        var path = "/api/v1/namespaces/" + NAMESPACE + "/pods/framed/log";
        var messages = new SocketMessages();
        try (var api = ApiClient.of(kubectl.kubeconfig())) {
            api.socket(path, messages);
            assertThat(messages.next()).isEqualTo("bytes ");
            assertThat(messages.next()).isEqualTo("bytes a line\n");
            assertThat(messages.next()).isEqualTo("closed 1000");
            assertThatThrownBy(() -> api.socket(path + "?container=nobody", messages))
                    .hasStackTraceContaining("400");
        }
    }

    @Test
    void logs_lie_where_kubernetes_has_them() throws IOException {
        apply(Manifests.pod("logged", engine.busybox(), "echo a line"));
        awaitPhase("logged", "Succeeded");
        var uid = kubectl.get("-n", NAMESPACE, "pod", "logged").at("/metadata/uid").asText();
        var file =
                engine.dataDirectory()
                        .resolve("log/pods/" + NAMESPACE + "_logged_" + uid)
                        .resolve("main/0.log");
        assertThat(Files.readString(file)).matches("\\S+Z? stdout F a line\n");
    }

    @Test
    void a_deleted_pod_gets_its_signal_and_its_grace() {
        apply(
                Manifests.pod(
                                "graceful",
                                engine.busybox(),
                                "trap 'exit 0' TERM; while :; do sleep 0.1; done")
                        .replace(
                                "terminationGracePeriodSeconds: 1",
                                "terminationGracePeriodSeconds: 100"));
        kubectl.awaitReady(NAMESPACE, "graceful");
        run("delete", "pod", "graceful", "--timeout=50s");
    }

    @Test
    void a_pod_that_ignores_its_signal_is_killed_after_the_grace() {
        apply(
                Manifests.pod(
                        "stubborn", engine.busybox(), "trap '' TERM; while :; do sleep 0.1; done"));
        kubectl.awaitReady(NAMESPACE, "stubborn");
        run("delete", "pod", "stubborn", "--timeout=50s");
    }

    private void apply(String manifest) {
        kubectl.command("-n", NAMESPACE, "apply", "-f", "-").input(manifest).run().ok();
    }

    private Ran run(String... words) {
        return kubectl.command("-n", NAMESPACE).and(words).run().ok();
    }

    private void awaitPhase(String pod, String phase) {
        var ran =
                kubectl.run(
                        "-n",
                        NAMESPACE,
                        "wait",
                        "--for=jsonpath={.status.phase}=" + phase,
                        "pod/" + pod,
                        "--timeout=90s");
        assertThat(ran.exit())
                .as("%s%n%s", ran, kubectl.run("-n", NAMESPACE, "get", "pod", pod, "-o", "yaml"))
                .isZero();
    }
}
