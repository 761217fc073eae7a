package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.Instant;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Init containers, sidecars, ephemeral containers, probes, hooks and last words, as the node agent
/// carries them out under both kinds of kernel. All pods are made at once, so that their waits run
/// side by side.
@SharedEngine
class PodLifeIT {
    private static final String NAMESPACE = "life";
    private static final List<String> RUNTIMES = List.of("gvisor", "runc");

    /// A server of gRPC's health protocol in canned bytes: SETTINGS; then, once it was asked, the
    /// acknowledgement, headers (200, application/grpc), a message that says SERVING, and trailers
    /// (status 0), all of stream 1.
    private static final String GRPC =
            "printf '\\000\\000\\000\\004\\000\\000\\000\\000\\000'; sleep 0.3;"
                    + " printf '\\000\\000\\000\\004\\001\\000\\000\\000\\000';"
                    + " printf '\\000\\000\\040\\001\\004\\000\\000\\000\\001';"
                    + " printf '\\210\\000\\014content-type\\020application/grpc';"
                    + " printf '\\000\\000\\007\\000\\000\\000\\000\\000\\001';"
                    + " printf '\\000\\000\\000\\000\\002\\010\\001';"
                    + " printf '\\000\\000\\017\\001\\005\\000\\000\\000\\001';"
                    + " printf '\\000\\013grpc-status\\0010'; sleep 2";

    private final Engine engine;
    private final Kubectl kubectl;

    PodLifeIT(Engine engine, Kubectl kubectl) {
        this.engine = engine;
        this.kubectl = kubectl;
    }

    @BeforeAll
    static void makePods(Engine engine, Kubectl kubectl) {
        kubectl.apply(Manifests.namespace(NAMESPACE, "trusted")).ok();
        var image = engine.busybox();
        var all = new StringBuilder();
        for (var runtime : RUNTIMES) {
            all.append(ordered(runtime, image));
            all.append(probed(runtime, image));
            all.append(hooked(runtime, image));
            all.append(lively(runtime, image));
        }
        all.append(endings(image));
        kubectl.command("-n", NAMESPACE, "apply", "-f", "-")
                .input(all.toString())
                .run()
                .ok();
    }

    @AfterAll
    static void remove(Kubectl kubectl) {
        kubectl.run("delete", "namespace", NAMESPACE, "--timeout=90s").ok();
    }

    private static String ordered(String runtime, String image) {
        return """
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: ordered-%1$s}
        spec:
          runtimeClassName: %1$s
          restartPolicy: OnFailure
          terminationGracePeriodSeconds: 20
          volumes: [{name: all, emptyDir: {}}]
          initContainers:
          - name: first
            image: %2$s
            command: [sh, -c, 'test -e /all/tried && exec sh -c "echo first >> /all/said"; touch /all/tried; exit 1']
            volumeMounts: [{name: all, mountPath: /all}]
          - name: sidecar
            image: %2$s
            restartPolicy: Always
            command: [sh, -c, 'trap "echo sidecar ends >> /all/said; exit 0" TERM; echo sidecar >> /all/said; sleep 1; touch /all/up; while :; do sleep 0.1; done']
            startupProbe: {exec: {command: [test, -e, /all/up]}, periodSeconds: 1, failureThreshold: 30}
            volumeMounts: [{name: all, mountPath: /all}]
          - name: second
            image: %2$s
            command: [sh, -c, 'test -e /all/up && echo second >> /all/said']
            volumeMounts: [{name: all, mountPath: /all}]
          containers:
          - name: main
            image: %2$s
            command: [sh, -c, 'echo main >> /all/said; cat /all/said; until test -e /all/enough; do sleep 0.1; done; echo main ends >> /all/said']
            volumeMounts: [{name: all, mountPath: /all}]
        """
                .formatted(runtime, image);
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
            readinessProbe: {grpc: {port: 8082}, periodSeconds: 1, timeoutSeconds: 2, failureThreshold: 2}
          - name: exec
            image: %2$s
            command: [sleep, "1000"]
            readinessProbe: {exec: {command: [test, '!', -e, /tmp/closed]}, periodSeconds: 1, failureThreshold: 1}
        """
                .formatted(runtime, image, GRPC.replace("\\", "\\\\"));
    }

    private static String hooked(String runtime, String image) {
        return """
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: hooked-%1$s}
        spec:
          runtimeClassName: %1$s
          restartPolicy: Never
          terminationGracePeriodSeconds: 30
          containers:
          - name: main
            image: %2$s
            command: [sh, -c, 'trap "cat /tmp/hooks; exit 0" TERM; while :; do sleep 0.1; done']
            lifecycle:
              postStart: {exec: {command: [sh, -c, 'sleep 1; echo after the start >> /tmp/hooks']}}
              preStop: {exec: {command: [sh, -c, 'sleep 1; echo before the stop >> /tmp/hooks']}}
          - name: later
            image: %2$s
            command: [sleep, "1000"]
        """
                .formatted(runtime, image);
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

    /// Pods that end each in its own way; what ends them is the agent, whatever the kernel.
    private static String endings(String image) {
        return """
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: words}
        spec:
          runtimeClassName: gvisor
          restartPolicy: Never
          terminationGracePeriodSeconds: 1
          containers:
          - {name: file, image: %1$s, command: [sh, -c, 'echo -n from the file > /tmp/why; echo noise; exit 3'], terminationMessagePath: /tmp/why}
          - {name: log, image: %1$s, command: [sh, -c, 'echo from the log; exit 4'], terminationMessagePolicy: FallbackToLogsOnError}
          - {name: well, image: %1$s, command: [sh, -c, 'echo from the log; exit 0'], terminationMessagePolicy: FallbackToLogsOnError}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: late}
        spec:
          runtimeClassName: gvisor
          activeDeadlineSeconds: 3
          terminationGracePeriodSeconds: 1
          containers: [{name: main, image: %1$s, command: [sleep, "1000"]}]
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: nothing-to-run}
        spec:
          runtimeClassName: runc
          terminationGracePeriodSeconds: 1
          containers: [{name: main, image: %1$s, command: [/no/such/program]}]
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: bad-hook}
        spec:
          runtimeClassName: gvisor
          restartPolicy: Never
          terminationGracePeriodSeconds: 1
          containers:
          - name: main
            image: %1$s
            command: [sleep, "1000"]
            lifecycle: {postStart: {exec: {command: [sh, -c, 'exit 7']}}}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: no-image}
        spec:
          runtimeClassName: gvisor
          terminationGracePeriodSeconds: 1
          containers: [{name: main, image: '127.0.0.1:1/none:1', command: ["true"]}]
        """
                .formatted(image);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gvisor", "runc"})
    void containers_begin_and_end_in_their_order(String runtime) {
        var name = "ordered-" + runtime;
        kubectl.awaitReady(NAMESPACE, name);
        var init = pod(name).at("/status/initContainerStatuses");
        assertThat(init.at("/0/restartCount").asInt()).isEqualTo(1);
        assertThat(init.at("/0/lastState/terminated/exitCode").asInt()).isEqualTo(1);
        assertThat(init.at("/1/started").asBoolean()).isTrue();
        assertThat(init.at("/1/ready").asBoolean()).isTrue();
        assertThat(init.at("/2/state/terminated/reason").asText()).isEqualTo("Completed");
        assertThat(run("logs", name, "-c", "main").lines())
                .containsExactly("first", "sidecar", "second", "main");

        // The same volume, seen by a container that is added to the running pod.
        run(
                "debug",
                name,
                "--image=" + engine.busybox(),
                "--container=late-guest",
                "--target=main",
                "--",
                "sh",
                "-c",
                "echo a guest; ps");
        awaitJson(name, "/status/ephemeralContainerStatuses/0/state/terminated/exitCode", "0");
        assertThat(run("logs", name, "-c", "late-guest").text()).startsWith("a guest");
        run("exec", name, "-c", "main", "--", "touch", "/all/enough");
        awaitJson(name, "/status/phase", "Succeeded");
        // Of a job that is done only its containers count: the sidecar was ended for it.
        var ended = pod(name).at("/status/initContainerStatuses/1/state/terminated");
        assertThat(ended.at("/exitCode").asInt()).isZero();
        assertThat(ended.at("/finishedAt").asText())
                .isGreaterThanOrEqualTo(
                        pod(name)
                                .at("/status/containerStatuses/0/state/terminated/finishedAt")
                                .asText());
    }

    @ParameterizedTest
    @ValueSource(strings = {"gvisor", "runc"})
    void a_pod_is_ready_when_all_its_probes_say_so_and_its_gate_is_open(String runtime) {
        var name = "probed-" + runtime;
        awaitCondition(name, "ContainersReady", "True");
        assertThat(condition(name, "Ready").at("/reason").asText())
                .isEqualTo("ReadinessGatesNotReady");
        patchStatus(
                name,
                "{\"status\":{\"conditions\":[{\"type\":\"life.test/open\",\"status\":\"True\"}]}}");
        awaitCondition(name, "Ready", "True");

        // Broken from outside, one after the other; each names itself, and comes back.
        run("exec", name, "-c", "exec", "--", "touch", "/tmp/closed");
        awaitMessage(name, "containers with unready status: [exec]");
        run("exec", name, "-c", "exec", "--", "rm", "/tmp/closed");
        awaitCondition(name, "Ready", "True");
        run("exec", name, "-c", "http", "--", "rm", "/tmp/w/ok");
        awaitMessage(name, "containers with unready status: [http]");
        awaitEvent(name, "Readiness probe failed: HTTP probe failed with statuscode: 404");
        assertThat(pod(name).at("/status/containerStatuses/0/restartCount").asInt()).isZero();
        assertThat(pod(name).at("/status/phase").asText()).isEqualTo("Running");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gvisor", "runc"})
    void an_ill_container_is_started_anew_in_the_grace_of_its_probe(String runtime) {
        var name = "lively-" + runtime;
        kubectl.awaitReady(NAMESPACE, name);
        var before = pod(name).at("/status/containerStatuses/0/containerID").asText();
        run("exec", name, "--", "touch", "/tmp/ill");
        Await.until(() -> pod(name).at("/status/containerStatuses/0/restartCount").asInt() == 1);
        kubectl.awaitReady(NAMESPACE, name);
        assertThat(pod(name).at("/status/containerStatuses/0/containerID").asText())
                .isNotEqualTo(before);
        awaitEvent(name, "Container main failed liveness probe, will be restarted");
        // Its pod has a grace of 100 s, which this container's end did not take.
        run("delete", "pod", name, "--grace-period=1", "--timeout=60s");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gvisor", "runc"})
    void hooks_run_after_the_start_and_before_the_stop(String runtime) {
        var name = "hooked-" + runtime;
        kubectl.awaitReady(NAMESPACE, name);
        var status = pod(name).at("/status/containerStatuses");
        // What comes later starts when the hook is over.
        assertThat(Instant.parse(status.at("/1/state/running/startedAt").asText()))
                .isAfterOrEqualTo(
                        Instant.parse(
                                        status.at("/0/state/running/startedAt").asText())
                                .plusSeconds(1));
        var log = kubectl.command("-n", NAMESPACE, "logs", "-f", name, "-c", "main").start();
        run("delete", "pod", name, "--timeout=60s");
        assertThat(log.inputReader().lines())
                .containsExactly("after the start", "before the stop");
    }

    @Test
    void last_words_are_the_files_or_the_logs() {
        awaitJson("words", "/status/phase", "Failed");
        var status = pod("words").at("/status/containerStatuses");
        assertThat(status.at("/0/state/terminated/message").asText()).isEqualTo("from the file");
        assertThat(status.at("/1/state/terminated/message").asText()).isEqualTo("from the log\n");
        assertThat(status.at("/2/state/terminated/message").isMissingNode()).isTrue();
    }

    @Test
    void a_pod_over_its_time_is_ended_and_says_so() {
        awaitJson("late", "/status/phase", "Failed");
        assertThat(pod("late").at("/status/reason").asText()).isEqualTo("DeadlineExceeded");
        awaitEvent("late", "Pod was active on the node longer than the specified deadline");
    }

    @Test
    void what_cannot_run_says_why_and_waits_longer_each_time() {
        Await.until(() -> waiting("nothing-to-run").equals("CrashLoopBackOff"));
        var status = pod("nothing-to-run").at("/status/containerStatuses/0");
        assertThat(status.at("/state/waiting/message").asText())
                .startsWith("back-off 10s restarting failed container=main pod=nothing-to-run_life(");
        assertThat(status.at("/lastState/terminated/exitCode").asInt()).isEqualTo(128);
        assertThat(status.at("/lastState/terminated/message").asText())
                .contains("/no/such/program");
        assertThat(
                        kubectl.run("-n", NAMESPACE, "get", "events").ok().text())
                .contains("no such file or directory");
    }

    @Test
    void a_hook_that_fails_after_the_start_ends_its_container() {
        awaitJson("bad-hook", "/status/phase", "Failed");
        awaitEvent("bad-hook", "PostStartHook failed");
        awaitEvent("bad-hook", "FailedPostStartHook");
    }

    @Test
    void an_image_that_is_not_to_be_had_is_named() {
        Await.until(() -> waiting("no-image").equals("ImagePullBackOff"));
        awaitEvent("no-image", "Back-off pulling image \"127.0.0.1:1/none:1\"");
        assertThat(pod("no-image").at("/status/phase").asText()).isEqualTo("Pending");
    }

    private String waiting(String name) {
        return pod(name).at("/status/containerStatuses/0/state/waiting/reason").asText();
    }

    private JsonNode pod(String name) {
        return kubectl.get("-n", NAMESPACE, "pod", name);
    }

    private JsonNode condition(String name, String type) {
        return StreamSupport.stream(pod(name).at("/status/conditions").spliterator(), false)
                .filter(c -> c.at("/type").asText().equals(type))
                .findFirst()
                .orElse(MissingNode.getInstance());
    }

    private void awaitCondition(String name, String type, String status) {
        Await.until(() -> condition(name, type).at("/status").asText().equals(status));
    }

    private void awaitMessage(String name, String message) {
        Await.until(() -> condition(name, "Ready").at("/message").asText().equals(message));
    }

    private void awaitJson(String name, String path, String value) {
        Await.until(() -> pod(name).at(path).asText().equals(value));
    }

    /// Events are written a moment after what they tell of.
    private void awaitEvent(String name, String message) {
        Await.until(() ->
                StreamSupport.stream(
                                kubectl.get(
                                                "-n",
                                                NAMESPACE,
                                                "events",
                                                "--field-selector=involvedObject.name=" + name)
                                        .at("/items")
                                        .spliterator(),
                                false)
                        .anyMatch(e -> e.at("/message").asText().contains(message)));
    }

    private void patchStatus(String name, String patch) {
        run("patch", "pod", name, "--subresource=status", "-p", patch);
    }

    private Ran run(String... words) {
        return kubectl.command("-n", NAMESPACE).and(words).run().ok();
    }
}
