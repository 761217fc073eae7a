package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.testkit.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What pods take from the API: a token of their account, where they are trusted, and the contents
/// of ConfigMaps and Secrets.
@SharedEngine
class ServiceAccountIT {
    private static final String TRUSTED = "accounts";
    private static final String UNTRUSTED = "no-accounts";
    private static final String PLACE = "/var/run/secrets/kubernetes.io/serviceaccount/";

    private final Engine engine;
    private final Kubectl kubectl;

    ServiceAccountIT(Engine engine, Kubectl kubectl) {
        this.engine = engine;
        this.kubectl = kubectl;
    }

    @BeforeAll
    static void makeNamespaces(Kubectl kubectl) {
        kubectl.apply(Manifests.namespace(TRUSTED, "trusted")).ok();
        kubectl.apply(Manifests.namespace(UNTRUSTED, "untrusted")).ok();
    }

    @AfterAll
    static void removeThem(Kubectl kubectl) {
        kubectl.run("delete", "namespace", TRUSTED, UNTRUSTED, "--timeout=90s").ok();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gvisor", "runc"})
    void a_trusted_pod_proves_itself_to_the_api_until_it_is_gone(String runtime)
            throws IOException {
        String pod = "robot-" + runtime;
        start(TRUSTED, pod, "sleep 1000", "runtimeClassName: " + runtime);
        assertThat(cat(TRUSTED, pod, "namespace")).isEqualTo(TRUSTED);
        String config = Files.readString(engine.kubeconfig());
        assertThat(config)
                .contains(
                        Base64.getEncoder()
                                .encodeToString(
                                        (cat(TRUSTED, pod, "ca.crt") + "\n")
                                                .getBytes(StandardCharsets.UTF_8)));
        assertThat(exec(TRUSTED, pod, "touch " + PLACE + "mine").exit()).isNotZero();

        Kubectl robot = withToken(cat(TRUSTED, pod, "token"), config);
        Ran nobody = robot.run("-n", TRUSTED, "get", "pods");
        assertThat(nobody.err())
                .contains("User \"system:serviceaccount:accounts:default\" cannot list");
        kubectl.run(
                        "-n",
                        TRUSTED,
                        "create",
                        "rolebinding",
                        pod,
                        "--clusterrole=view",
                        "--serviceaccount=accounts:default")
                .ok();
        assertThat(robot.run("-n", TRUSTED, "get", "pods").ok().out()).contains(pod);
        kubectl.run("-n", TRUSTED, "delete", "pod", pod).ok();
        assertThat(robot.run("-n", TRUSTED, "get", "pods").err())
                .containsIgnoringCase("unauthorized");
        kubectl.run("-n", TRUSTED, "delete", "rolebinding", pod).ok();
    }

    /// A kubectl that has a token and nothing else.
    private Kubectl withToken(String token, String config) throws IOException {
        Path file = Files.createTempFile("robot", ".kubeconfig");
        file.toFile().deleteOnExit();
        Files.writeString(
                file,
                config.replaceAll(
                        "(?m)^ *client-certificate-data:.*\\R *client-key-data:.*$",
                        "    token: " + token));
        assertThat(Files.readString(file)).contains("token: ").doesNotContain("client-key");
        return new Kubectl(kubectl.binary(), file);
    }

    /// As somebody would look who broke into it.
    @Test
    void an_untrusted_pod_finds_no_credentials() {
        kubectl.run(
                        "-n",
                        UNTRUSTED,
                        "patch",
                        "serviceaccount",
                        "default",
                        "-p",
                        "{\"automountServiceAccountToken\":true}")
                .ok();
        start(UNTRUSTED, "attacker", "sleep 1000");
        assertThat(
                        kubectl.get("-n", UNTRUSTED, "pod", "attacker")
                                .at("/spec/runtimeClassName")
                                .asText())
                .isEqualTo("gvisor");
        Ran look =
                exec(
                        UNTRUSTED,
                        "attacker",
                        "ls -d /var/run/secrets /run/secrets 2>/dev/null; find / -xdev -name token -o -xdev -name ca.crt 2>/dev/null; mount | grep -i serviceaccount; env | grep -i token; true");
        assertThat(look.ok().text()).isEmpty();
    }

    @Test
    void an_untrusted_pod_that_asks_for_a_token_is_refused() {
        Ran asked =
                kubectl.command("-n", UNTRUSTED, "apply", "-f", "-")
                        .input(
                                Manifests.pod(
                                        "asks",
                                        engine.busybox(),
                                        "true",
                                        "automountServiceAccountToken: true"))
                        .run();
        assertThat(asked.exit()).isNotZero();
        assertThat(asked.err()).contains("a service account's token");
        Ran projects =
                kubectl.command("-n", UNTRUSTED, "apply", "-f", "-")
                        .input(
                                Manifests.pod(
                                        "projects",
                                        engine.busybox(),
                                        "true",
                                        "volumes: [{name: t, projected: {sources: [{serviceAccountToken: {path: t}}]}}]"))
                        .run();
        assertThat(projects.exit()).isNotZero();
        assertThat(projects.err()).contains("a service account's token");
    }

    @Test
    void a_change_of_a_configmap_arrives_whole() {
        List<String> pods = List.of("reader-gvisor", "reader-runc");
        pods.forEach(pod -> startReader(pod, pod.substring("reader-".length())));
        for (String pod : pods) {
            kubectl.awaitReady(TRUSTED, pod);
            assertThat(exec(TRUSTED, pod, "cat /conf/a; echo; echo $FIRST").lines())
                    .isEqualTo(List.of("one", "one"));
        }
        for (String value : List.of("two", "three")) {
            pods.forEach(pod -> map(pod, value));
            for (String pod : pods) {
                Await.until(() ->
                        exec(TRUSTED, pod, "cat /conf/a /conf/sub").text().equals(value + value));
            }
        }
        for (String pod : pods) {
            assertThat(kubectl.run("-n", TRUSTED, "logs", pod).ok().text()).isEmpty();
        }
    }

    /// A pod that reads a ConfigMap all the time, and says so where it sees half a change.
    private void startReader(String pod, String runtime) {
        map(pod, "one");
        kubectl.command("-n", TRUSTED, "apply", "-f", "-")
                .input(
                        """
                        apiVersion: v1
                        kind: Pod
                        metadata: {name: %1$s}
                        spec:
                          runtimeClassName: %2$s
                          terminationGracePeriodSeconds: 1
                          volumes: [{name: c, configMap: {name: %1$s}}]
                          containers:
                          - name: main
                            image: %3$s
                            env: [{name: FIRST, valueFrom: {configMapKeyRef: {name: %1$s, key: a}}}]
                            command:
                            - sh
                            - -c
                            - 'while true; do cd /conf/..data && a=$(cat a 2>/dev/null) && b=$(cat sub 2>/dev/null) && if [ "$a" != "$b" ]; then echo "torn $a $b"; fi; cd /; done'
                            volumeMounts: [{name: c, mountPath: /conf}]
                        """
                                .formatted(pod, runtime, engine.busybox()))
                .run()
                .ok();
    }

    private void map(String name, String value) {
        kubectl.apply(
                        """
                        apiVersion: v1
                        kind: ConfigMap
                        metadata: {name: %s, namespace: %s}
                        data: {a: %s, sub: %s}
                        """
                                .formatted(name, TRUSTED, value, value))
                .ok();
    }

    @Test
    void a_secret_lies_in_memory_and_goes_with_its_pod() throws IOException {
        kubectl.run("-n", TRUSTED, "create", "secret", "generic", "s", "--from-literal=k=hidden")
                .ok();
        kubectl.command("-n", TRUSTED, "apply", "-f", "-")
                .input(
                        """
                        apiVersion: v1
                        kind: Pod
                        metadata: {name: keeper}
                        spec:
                          terminationGracePeriodSeconds: 1
                          automountServiceAccountToken: false
                          securityContext: {runAsUser: 1000, runAsGroup: 1000, fsGroup: 2000}
                          volumes: [{name: s, secret: {secretName: s, defaultMode: 256}}]
                          containers:
                          - name: main
                            image: %s
                            command: [sleep, '1000']
                            volumeMounts: [{name: s, mountPath: /s}]
                        """
                                .formatted(engine.busybox()))
                .run()
                .ok();
        kubectl.awaitReady(TRUSTED, "keeper");
        assertThat(exec(TRUSTED, "keeper", "cat /s/k; stat -Lc ' %a %g' /s/k").ok().text())
                .isEqualTo("hidden 440 2000");
        String uid = kubectl.get("-n", TRUSTED, "pod", "keeper").at("/metadata/uid").asText();
        Path directory = engine.dataDirectory().resolve("pods").resolve(uid);
        assertThat(mounts(directory))
                .singleElement()
                .satisfies(line -> assertThat(line).contains("/kubernetes.io~secret/s tmpfs "));
        kubectl.run("-n", TRUSTED, "delete", "pod", "keeper").ok();
        assertThat(mounts(directory)).isEmpty();
        assertThat(directory).doesNotExist();
    }

    @Test
    void a_pod_waits_for_what_is_missing() {
        kubectl.command("-n", TRUSTED, "apply", "-f", "-")
                .input(
                        Manifests.pod(
                                "waits",
                                engine.busybox(),
                                "true",
                                "volumes: [{name: c, configMap: {name: later}}]"))
                .run()
                .ok();
        Await.until(() ->
                kubectl.run("-n", TRUSTED, "get", "events")
                        .out()
                        .contains("configmap \"later\" not found"));
        map("later", "x");
        Await.until(() ->
                kubectl.get("-n", TRUSTED, "pod", "waits")
                        .at("/status/phase")
                        .asText()
                        .equals("Succeeded"));
    }

    private static List<String> mounts(Path below) throws IOException {
        try (var lines = Files.lines(Path.of("/proc/self/mounts"))) {
            return lines.filter(line -> line.contains(" " + below + "/")).toList();
        }
    }

    private void start(String namespace, String name, String script, String... more) {
        kubectl.command("-n", namespace, "apply", "-f", "-")
                .input(Manifests.pod(name, engine.busybox(), script, more))
                .run()
                .ok();
        kubectl.awaitReady(namespace, name);
    }

    private String cat(String namespace, String pod, String file) {
        return exec(namespace, pod, "cat " + PLACE + file).ok().text();
    }

    private Ran exec(String namespace, String pod, String script) {
        return kubectl.run("-n", namespace, "exec", pod, "--", "sh", "-c", script);
    }
}
