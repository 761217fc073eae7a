package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.testkit.Await;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Init containers, sidecars, ephemeral containers, hooks and last words, as the node agent carries
/// them out under both kinds of kernel. All pods are made at once, so that their waits run side by
/// side.
@SharedEngine
class PodLifeIT {
    private static final String NAMESPACE = "life";

    private final Engine engine;
    private final PodLab pods;

    PodLifeIT(Engine engine, Kubectl kubectl) {
        this.engine = engine;
        this.pods = new PodLab(kubectl, NAMESPACE);
    }

    @BeforeAll
    static void makePods(Engine engine, Kubectl kubectl) {
        var image = engine.busybox();
        var all = new StringBuilder();
        for (var runtime : List.of("gvisor", "runc")) {
            all.append(ordered(runtime, image));
            all.append(hooked(runtime, image));
            all.append(fallen(runtime, image));
        }
        new PodLab(kubectl, NAMESPACE).make(all.append(endings(image)).toString());
    }

    @AfterAll
    static void remove(Kubectl kubectl) {
        new PodLab(kubectl, NAMESPACE).remove();
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

    private static String hooked(String runtime, String image) {
        return """
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: hooked-%1$s}
        spec:
          runtimeClassName: %1$s
          restartPolicy: Never
          terminationGracePeriodSeconds: 10
          containers:
          - name: main
            image: %2$s
            command: [sh, -c, 'trap "cat /tmp/hooks; exit 0" TERM; while :; do sleep 0.1; done']
            lifecycle:
              postStart: {exec: {command: [sh, -c, 'sleep 1; echo after the start >> /tmp/hooks']}}
              preStop: {exec: {command: [sh, -c, 'sleep 1; echo before the stop >> /tmp/hooks']}}
          - name: later
            image: %2$s
            command: [sh, -c, 'httpd -f -vv -p 8080 -h /tmp & trap "exit 0" TERM; while :; do sleep 0.1; done']
            lifecycle:
              postStart: {sleep: {seconds: 1}}
              preStop: {httpGet: {path: /bye, port: 8080}}
          - name: last
            image: %2$s
            command: [sh, -c, 'trap "exit 0" TERM; while :; do sleep 0.1; done']
        """
                .formatted(runtime, image);
    }

    private static String fallen(String runtime, String image) {
        return """
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: fallen-%1$s}
        spec:
          runtimeClassName: %1$s
          terminationGracePeriodSeconds: 1
          initContainers: [{name: first, image: %2$s, command: ["true"]}]
          containers: [{name: main, image: %2$s, command: [sleep, "1000"]}]
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
          activeDeadlineSeconds: 15
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
            lifecycle: {postStart: {exec: {command: [sh, -c, 'sleep 0.5; exit 7']}}}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: no-image}
        spec:
          runtimeClassName: gvisor
          terminationGracePeriodSeconds: 1
          containers:
          - {name: main, image: '127.0.0.1:1/none:1', command: ["true"]}
          - {name: other, image: 'No:Name', command: ["true"]}
        """
                .formatted(image);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gvisor", "runc"})
    void containers_begin_and_end_in_their_order(String runtime) {
        var name = "ordered-" + runtime;
        pods.awaitReady(name);
        var init = pods.pod(name).at("/status/initContainerStatuses");
        assertThat(init.at("/0/restartCount").asInt()).isEqualTo(1);
        assertThat(init.at("/0/lastState/terminated/exitCode").asInt()).isEqualTo(1);
        assertThat(init.at("/1/started").asBoolean()).isTrue();
        assertThat(init.at("/1/ready").asBoolean()).isTrue();
        assertThat(init.at("/2/state/terminated/reason").asText()).isEqualTo("Completed");
        assertThat(pods.run("logs", name, "-c", "main").lines())
                .containsExactly("first", "sidecar", "second", "main");

        // The same volume, seen by a container that is added to the running pod.
        pods.run(
                "debug",
                name,
                "--image=" + engine.busybox(),
                "--container=late-guest",
                "--target=main",
                "--",
                "sh",
                "-c",
                "echo a guest; ps");
        pods.await(name, "/status/ephemeralContainerStatuses/0/state/terminated/exitCode", "0");
        assertThat(pods.run("logs", name, "-c", "late-guest").text()).startsWith("a guest");
        pods.run("exec", name, "-c", "main", "--", "touch", "/all/enough");
        pods.await(name, "/status/phase", "Succeeded");
        // Of a job that is done only its containers count: the sidecar was ended for it.
        var ended = pods.pod(name).at("/status/initContainerStatuses/1/state/terminated");
        assertThat(ended.at("/exitCode").asInt()).isZero();
        assertThat(ended.at("/finishedAt").asText())
                .isGreaterThanOrEqualTo(
                        pods.pod(name)
                                .at("/status/containerStatuses/0/state/terminated/finishedAt")
                                .asText());
    }

    @ParameterizedTest
    @ValueSource(strings = {"gvisor", "runc"})
    void hooks_run_after_the_start_and_before_the_stop(String runtime) {
        var name = "hooked-" + runtime;
        pods.awaitReady(name);
        // What comes later starts when the hook is over.
        assertThat(startOf(name, 1)).isAfterOrEqualTo(startOf(name, 0).plusSeconds(1));
        assertThat(startOf(name, 2)).isAfterOrEqualTo(startOf(name, 1).plusSeconds(1));
        var main = follow(name, "main");
        var later = follow(name, "later");
        pods.run("delete", "pod", name, "--timeout=60s");
        assertThat(main.inputReader().lines())
                .containsExactly("after the start", "before the stop");
        assertThat(later.inputReader().lines()).anyMatch(line -> line.endsWith(" url:/bye"));
    }

    private Instant startOf(String name, int container) {
        return Instant.parse(
                pods.pod(name)
                        .at("/status/containerStatuses/" + container + "/state/running/startedAt")
                        .asText());
    }

    private Process follow(String name, String container) {
        return pods.kubectl().command("-n", NAMESPACE, "logs", "-f", name, "-c", container).start();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gvisor", "runc"})
    void a_sandbox_that_is_killed_from_outside_is_replaced(String runtime) {
        var name = "fallen-" + runtime;
        pods.awaitReady(name);
        var before = pods.pod(name);
        new Cgroup(engine, before.at("/metadata/uid").asText()).killAll();
        Await.until(
                () -> pods.pod(name).at("/status/containerStatuses/0/restartCount").asInt() > 0);
        pods.awaitReady(name);
        var after = pods.pod(name);
        assertThat(after.at("/metadata/uid")).isEqualTo(before.at("/metadata/uid"));
        assertThat(after.at("/status/containerStatuses/0/lastState/terminated/exitCode").asInt())
                .isNotZero();
        // In the new sandbox all begins with the init container.
        assertThat(after.at("/status/initContainerStatuses/0/containerID"))
                .isNotEqualTo(before.at("/status/initContainerStatuses/0/containerID"));
        pods.awaitEvent(name, "Pod sandbox changed, it will be killed and re-created.");
    }

    @Test
    void last_words_are_the_files_or_the_logs() {
        pods.await("words", "/status/phase", "Failed");
        var status = pods.pod("words").at("/status/containerStatuses");
        assertThat(status.at("/0/state/terminated/message").asText()).isEqualTo("from the file");
        assertThat(status.at("/1/state/terminated/message").asText()).isEqualTo("from the log\n");
        assertThat(status.at("/2/state/terminated/message").isMissingNode()).isTrue();
    }

    @Test
    void a_pod_over_its_time_is_ended_and_says_so() {
        pods.await("late", "/status/phase", "Failed");
        assertThat(pods.pod("late").at("/status/reason").asText()).isEqualTo("DeadlineExceeded");
        pods.awaitEvent("late", "Pod was active on the node longer than the specified deadline");
    }

    @Test
    void what_cannot_run_says_why_and_waits_longer_each_time() {
        Await.until(() -> waiting("nothing-to-run").equals("CrashLoopBackOff"));
        var status = pods.pod("nothing-to-run").at("/status/containerStatuses/0");
        assertThat(status.at("/state/waiting/message").asText())
                .matches(
                        "back-off (\\d+m)?\\d+s restarting failed container=main"
                                + " pod=nothing-to-run_life\\(.*\\)");
        assertThat(status.at("/lastState/terminated/exitCode").asInt()).isEqualTo(128);
        assertThat(status.at("/lastState/terminated/message").asText())
                .contains("/no/such/program");
        pods.awaitEvent("nothing-to-run", "no such file or directory");
    }

    @Test
    void a_hook_that_fails_after_the_start_ends_its_container() {
        pods.await("bad-hook", "/status/phase", "Failed");
        pods.awaitEvent("bad-hook", "PostStartHook failed");
        pods.awaitEvent("bad-hook", "FailedPostStartHook");
    }

    @Test
    void an_image_that_is_not_to_be_had_is_named() {
        Await.until(() -> waiting("no-image").equals("ImagePullBackOff"));
        pods.awaitEvent("no-image", "Back-off pulling image \"127.0.0.1:1/none:1\"");
        assertThat(pods.pod("no-image").at("/status/phase").asText()).isEqualTo("Pending");
        pods.await(
                "no-image", "/status/containerStatuses/1/state/waiting/reason", "InvalidImageName");
    }

    private String waiting(String name) {
        return pods.pod(name).at("/status/containerStatuses/0/state/waiting/reason").asText();
    }
}
