package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.testkit.Await;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Probes of every kind under both kinds of kernel, and what comes of them. What they look at is
/// broken from outside, and each says so.
@SharedEngine
class ProbesIT {
    private static final String NAMESPACE = "probes";

    /// A server of gRPC's health protocol in canned bytes: SETTINGS; then, once it was asked, the
    /// acknowledgement, headers (200, application/grpc), a message that says SERVING, and trailers
    /// (status 0), all of stream 3, which is the first that our client opens.
    private static final String GRPC =
            "printf '\\000\\000\\000\\004\\000\\000\\000\\000\\000'; sleep 1;"
                    + " printf '\\000\\000\\000\\004\\001\\000\\000\\000\\000';"
                    + " printf '\\000\\000\\040\\001\\004\\000\\000\\000\\003';"
                    + " printf '\\210\\000\\014content-type\\020application/grpc';"
                    + " printf '\\000\\000\\007\\000\\000\\000\\000\\000\\003';"
                    + " printf '\\000\\000\\000\\000\\002\\010\\001';"
                    + " printf '\\000\\000\\017\\001\\005\\000\\000\\000\\003';"
                    + " printf '\\000\\013grpc-status\\0010'; sleep 5";

    private final PodLab pods;

    ProbesIT(Kubectl kubectl) {
        this.pods = new PodLab(kubectl, NAMESPACE);
    }

    @BeforeAll
    static void makePods(Engine engine, Kubectl kubectl) {
        var all = new StringBuilder();
        for (var runtime : List.of("gvisor", "runc")) {
            all.append(probed(runtime, engine.busybox()));
            all.append(lively(runtime, engine.busybox()));
        }
        new PodLab(kubectl, NAMESPACE).make(all.toString());
    }

    @AfterAll
    static void remove(Kubectl kubectl) {
        new PodLab(kubectl, NAMESPACE).remove();
    }

    private static String probed(String runtime, String image) {
        return """
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: probed-%1$s}
        spec:
          runtimeClassName: %1$s
          terminationGracePeriodSeconds: 1
          readinessGates: [{conditionType: life.test/open}]
          containers:
          - name: http
            image: %2$s
            command: [sh, -c, 'mkdir /tmp/w; echo ok > /tmp/w/ok; exec httpd -f -p 8080 -h /tmp/w']
            ports: [{name: web, containerPort: 8080}]
            readinessProbe: {httpGet: {path: /ok, port: web}, periodSeconds: 1, failureThreshold: 1}
          - name: tcp
            image: %2$s
            command: [sh, -c, 'exec nc -ll -p 8081 -e true']
            readinessProbe: {tcpSocket: {port: 8081}, periodSeconds: 1, failureThreshold: 1}
          - name: grpc
            image: %2$s
            command: [sh, -c, 'exec nc -ll -p 8082 -e sh -c "$0"', "%3$s"]
            readinessProbe: {grpc: {port: 8082}, periodSeconds: 1, timeoutSeconds: 8, failureThreshold: 10}
          - name: exec
            image: %2$s
            command: [sleep, "1000"]
            readinessProbe: {exec: {command: [test, '!', -e, /tmp/closed]}, periodSeconds: 1, failureThreshold: 1}
        """
                .formatted(runtime, image, GRPC.replace("\\", "\\\\"));
    }

    private static String lively(String runtime, String image) {
        return """
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: lively-%1$s}
        spec:
          runtimeClassName: %1$s
          terminationGracePeriodSeconds: 100
          containers:
          - name: main
            image: %2$s
            command: [sh, -c, 'sleep 1000']
            livenessProbe: {exec: {command: [test, '!', -e, /tmp/ill]}, periodSeconds: 1, failureThreshold: 2, terminationGracePeriodSeconds: 1}
        """
                .formatted(runtime, image);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gvisor", "runc"})
    void a_pod_is_ready_when_all_its_probes_say_so_and_its_gate_is_open(String runtime) {
        var name = "probed-" + runtime;
        pods.awaitCondition(name, "ContainersReady", "True");
        assertThat(pods.condition(name, "Ready").at("/reason").asText())
                .isEqualTo("ReadinessGatesNotReady");
        pods.run(
                "patch",
                "pod",
                name,
                "--subresource=status",
                "-p",
                "{\"status\":{\"conditions\":[{\"type\":\"life.test/open\",\"status\":\"True\"}]}}");
        pods.awaitCondition(name, "Ready", "True");

        // Broken from outside, one after the other; each names itself, and comes back.
        pods.run("exec", name, "-c", "exec", "--", "touch", "/tmp/closed");
        awaitMessage(name, "containers with unready status: [exec]");
        pods.run("exec", name, "-c", "exec", "--", "rm", "/tmp/closed");
        pods.awaitCondition(name, "Ready", "True");
        pods.run("exec", name, "-c", "http", "--", "rm", "/tmp/w/ok");
        awaitMessage(name, "containers with unready status: [http]");
        pods.awaitEvent(name, "Readiness probe failed: HTTP probe failed with statuscode: 404");
        assertThat(pods.pod(name).at("/status/containerStatuses/0/restartCount").asInt()).isZero();
        assertThat(pods.pod(name).at("/status/phase").asText()).isEqualTo("Running");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gvisor", "runc"})
    void an_ill_container_is_started_anew_in_the_grace_of_its_probe(String runtime) {
        var name = "lively-" + runtime;
        pods.awaitReady(name);
        var before = pods.pod(name).at("/status/containerStatuses/0/containerID").asText();
        pods.run("exec", name, "--", "touch", "/tmp/ill");
        Await.until(
                () -> pods.pod(name).at("/status/containerStatuses/0/restartCount").asInt() == 1);
        pods.awaitReady(name);
        assertThat(pods.pod(name).at("/status/containerStatuses/0/containerID").asText())
                .isNotEqualTo(before);
        pods.awaitEvent(name, "Container main failed liveness probe, will be restarted");
        // Its pod has a grace of 100 s, which this container's end did not take.
        pods.run("delete", "pod", name, "--grace-period=1", "--timeout=60s");
    }

    private void awaitMessage(String name, String message) {
        Await.until(() -> pods.condition(name, "Ready").at("/message").asText().equals(message));
    }
}
