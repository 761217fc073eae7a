package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.testkit.Await;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Pods that get other resources while they run, under both kinds of kernel: what the host's files
/// say, and what a program can take. Where the new limit is lifted on the host, the same program
/// takes more.
@SharedEngine
class ResizeIT {
    private static final String NAMESPACE = "resize";
    private static final String MAIN = "/status/containerStatuses/0";
    private final Engine engine;
    private final PodLab pods;

    ResizeIT(Engine engine, Kubectl kubectl) {
        this.engine = engine;
        this.pods = new PodLab(kubectl, NAMESPACE);
    }

    @BeforeAll
    static void makePods(Engine engine, Kubectl kubectl) {
        var all = new StringBuilder();
        for (var runtime : List.of("gvisor", "runc")) {
            all.append(pod("grows-" + runtime, runtime, engine, "64Mi"));
            all.append(pod("restarts-" + runtime, runtime, engine, "64Mi"));
            all.append(pod("shrinks-" + runtime, runtime, engine, "256Mi"));
            all.append(pod("cut-" + runtime, runtime, engine, "128Mi"));
        }
        all.append(pod("full", "runc", engine, "128Mi"));
        all.append(pod("waits", "runc", engine, "32Mi"));
        all.append(pod("aided", "runc", engine, "64Mi"));
        all.append(
                """
                  initContainers:
                  - name: side
                    image: %s
                    command: [sleep, "1000"]
                    restartPolicy: Always
                    resources: {limits: {memory: 32Mi}}
                """
                        .formatted(engine.busybox()));
        new PodLab(kubectl, NAMESPACE).make(all.toString());
    }

    private static String pod(String name, String runtime, Engine engine, String memory) {
        return """
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: %1$s}
        spec:
          runtimeClassName: %2$s
          terminationGracePeriodSeconds: 0
          containers:
          - name: main
            image: %3$s
            command: [sleep, "1000"]
            resizePolicy: [{resourceName: memory, restartPolicy: %5$s}]
            resources: {requests: {cpu: 20m, memory: %4$s}, limits: {cpu: 500m, memory: %4$s}}
        """
                .formatted(
                        name,
                        runtime,
                        engine.busybox(),
                        memory,
                        name.startsWith("restarts") ? "RestartContainer" : "NotRequired");
    }

    @AfterAll
    static void remove(Kubectl kubectl) {
        new PodLab(kubectl, NAMESPACE).remove();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gvisor", "runc"})
    void a_pod_that_grew_may_take_more_and_runs_on(String runtime) {
        var name = "grows-" + runtime;
        pods.awaitReady(name);
        assertThat(cgroup(name).cpuQuota()).isEqualTo("50000");
        var before = pods.pod(name).at(MAIN);
        assertThat(before.at("/resources/limits/memory").asText()).isEqualTo("64Mi");
        assertThat(before.at("/allocatedResources/memory").asText()).isEqualTo("64Mi");

        resize(name, "30m", "1", "256Mi");
        awaitInForce(name, "256Mi");
        assertThat(cgroup(name).cpuQuota()).isEqualTo("100000");
        assertLimit(name, 256);
        pods.run("exec", name, "--", "sh", "-c", Hog.MEMORY);
        var after = pods.pod(name).at(MAIN);
        assertThat(after.at("/allocatedResources/cpu").asText()).isEqualTo("30m");
        assertThat(after.at("/state")).isEqualTo(before.at("/state"));
        assertThat(after.at("/restartCount").asInt()).isZero();
        pods.awaitEvent(
                name,
                "Pod resize completed: {\"containers\":[{\"name\":\"main\",\"resources\":{\"limits\":"
                        + "{\"cpu\":\"1\",\"memory\":\"256Mi\"},\"requests\":"
                        + "{\"cpu\":\"30m\",\"memory\":\"256Mi\"}}}]}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gvisor", "runc"})
    void a_pod_that_shrank_may_not_take_what_it_could_before(String runtime) {
        var name = "shrinks-" + runtime;
        pods.awaitReady(name);
        resize(name, "10m", "200m", "64Mi");
        awaitInForce(name, "64Mi");
        assertThat(cgroup(name).cpuQuota()).isEqualTo("20000");
        assertLimit(name, 64);

        cgroup(name).liftMemory();
        cgroup(name).liftCpu();
        pods.run("exec", name, "--", "sh", "-c", Hog.MEMORY);

        resize(name, "10m", "600m", "96Mi");
        awaitInForce(name, "96Mi");
        assertLimit(name, 96);
        assertThat(pods.pod(name).at(MAIN + "/restartCount").asInt()).isZero();
        assertThat(hog(name)).isNotZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gvisor", "runc"})
    void a_container_begins_anew_where_its_policy_says_so(String runtime) {
        var name = "restarts-" + runtime;
        pods.awaitReady(name);
        resize(name, "20m", "600m", "64Mi");
        awaitInForce(name, "64Mi");
        Await.until(() -> cgroup(name).cpuQuota().equals("60000"));
        assertThat(pods.pod(name).at(MAIN + "/restartCount").asInt()).isZero();

        resize(name, "20m", "600m", "96Mi");
        Await.until(() -> pods.pod(name).at(MAIN + "/restartCount").asInt() == 1);
        pods.awaitReady(name);
        awaitInForce(name, "96Mi");
        assertLimit(name, 96);
        pods.awaitEvent(name, "Container main resize requires restart");
    }

    @Test
    void a_sidecar_gets_other_resources_too() {
        pods.awaitReady("aided");
        var patch =
                """
                {"spec": {"initContainers": [{"name": "side", "resources": {
                  "requests": {"memory": "48Mi"}, "limits": {"memory": "48Mi"}}}]}}
                """;
        pods.run("patch", "pod", "aided", "--subresource", "resize", "-p", patch);
        pods.await("aided", "/status/initContainerStatuses/0/resources/limits/memory", "48Mi");
        Await.until(() -> pods.condition("aided", "PodResizeInProgress").isMissingNode());
        assertThat(cgroup("aided").memoryLimit()).isEqualTo(Long.toString(112L << 20));
        assertThat(cgroup("aided").memoryLimitsWithin())
                .containsExactlyInAnyOrder(Long.toString(64L << 20), Long.toString(48L << 20));
        assertThat(pods.pod("aided").at("/status/initContainerStatuses/0/restartCount").asInt())
                .isZero();
        pods.run(
                "exec",
                "aided",
                "-c",
                "side",
                "--",
                "sh",
                "-c",
                "dd if=/dev/zero of=/dev/null bs=40M count=1");
    }

    @Test
    void what_is_in_use_is_not_taken_away() {
        pods.awaitReady("full");
        fill("full", 60);
        resize("full", "20m", "500m", "40Mi");
        pods.awaitCondition("full", "PodResizeInProgress", "True");
        Await.until(() ->
                pods.condition("full", "PodResizeInProgress")
                        .at("/message")
                        .asText()
                        .matches(
                                "cannot decrease memory limits: \\[attempting to set pod memory limit"
                                        + " \\(41943040\\) below current usage \\(\\d+\\), attempting to"
                                        + " set container \"main\" memory limit \\(41943040\\) below"
                                        + " current usage \\(\\d+\\)]"));
        var condition = pods.condition("full", "PodResizeInProgress");
        assertThat(condition.at("/reason").asText()).isEqualTo("Error");
        assertThat(condition.at("/observedGeneration").asInt()).isEqualTo(2);
        var status = pods.pod("full").at(MAIN);
        assertThat(status.at("/resources/limits/memory").asText()).isEqualTo("128Mi");
        assertThat(status.at("/allocatedResources/memory").asText()).isEqualTo("40Mi");
        assertLimit("full", 128);

        resize("full", "20m", "500m", "100Mi");
        awaitInForce("full", "100Mi");
        assertLimit("full", 100);
    }

    /// What is in use keeps both resizes from their end, while the agent is killed.
    @Test
    void a_resize_goes_on_whose_agent_was_killed_in_the_middle() {
        var before = new TreeMap<String, JsonNode>();
        for (var runtime : List.of("gvisor", "runc")) {
            var name = "cut-" + runtime;
            pods.awaitReady(name);
            fill(name, 60);
            before.put(name, pods.pod(name).at(MAIN + "/state"));
            resize(name, "20m", "700m", "56Mi");
        }
        for (var name : before.keySet()) {
            Await.until(() ->
                    pods.condition(name, "PodResizeInProgress")
                            .at("/reason")
                            .asText()
                            .equals("Error"));
            assertLimit(name, 128);
        }
        var killed = ProcessHandle.of(engine.pid()).orElseThrow();
        killed.destroyForcibly();
        killed.onExit().join();
        engine.up().ok();
        before.forEach((name, state) -> {
            assertThat(pods.pod(name).at(MAIN + "/allocatedResources/memory").asText())
                    .isEqualTo("56Mi");
            assertLimit(name, 128);
            pods.run("exec", name, "--", "rm", "/dev/shm/x");
        });
        before.forEach((name, state) -> {
            awaitInForce(name, "56Mi");
            assertLimit(name, 56);
            assertThat(cgroup(name).cpuQuota()).isEqualTo("70000");
            assertThat(pods.pod(name).at(MAIN + "/state")).isEqualTo(state);
            assertThat(hog(name)).as("who takes more than it was given").isNotZero();
        });
    }

    private void fill(String name, int mebibytes) {
        pods.run(
                "exec",
                name,
                "--",
                "dd",
                "if=/dev/zero",
                "of=/dev/shm/x",
                "bs=1M",
                "count=" + mebibytes);
    }

    @Test
    void what_does_not_fit_waits_and_what_never_will_is_said_so() {
        pods.awaitReady("waits");
        var milli = allocatable();
        resize("waits", "1000", "1001", "32Mi");
        Await.until(() -> pods.condition("waits", "PodResizePending").has("reason"));
        var never = pods.condition("waits", "PodResizePending");
        assertThat(never.at("/reason").asText()).isEqualTo("Infeasible");
        assertThat(never.at("/message").asText())
                .isEqualTo(
                        "Node didn't have enough capacity: cpu, requested: 1000000, capacity: "
                                + milli);

        resize("waits", milli + "m", "1001", "32Mi");
        Await.until(() ->
                pods.condition("waits", "PodResizePending")
                        .at("/reason")
                        .asText()
                        .equals("Deferred"));
        var later = pods.condition("waits", "PodResizePending");
        assertThat(later.at("/message").asText())
                .matches(
                        "Node didn't have enough resource: cpu, requested: %1$d, used: \\d+, capacity: %1$d"
                                .formatted(milli));
        assertThat(later.at("/observedGeneration").asInt()).isEqualTo(3);
        assertThat(pods.pod("waits").at(MAIN + "/allocatedResources/cpu").asText())
                .isEqualTo("20m");
        assertThat(cgroup("waits").cpuQuota()).isEqualTo("50000");

        resize("waits", "30m", "600m", "32Mi");
        Await.until(() -> cgroup("waits").cpuQuota().equals("60000"));
        Await.until(() -> pods.condition("waits", "PodResizePending").isMissingNode());
    }

    private void resize(String name, String request, String limit, String memory) {
        var patch =
                """
                {"spec": {"containers": [{"name": "main", "resources": {
                  "requests": {"cpu": "%1$s", "memory": "%2$s"},
                  "limits": {"cpu": "%3$s", "memory": "%2$s"}}}]}}
                """
                        .formatted(request, memory, limit);
        pods.run("patch", "pod", name, "--subresource", "resize", "-p", patch);
    }

    /// Waits until the node says so, and has nothing more to do.
    private void awaitInForce(String name, String memory) {
        pods.await(name, MAIN + "/resources/limits/memory", memory);
        Await.until(() -> pods.condition(name, "PodResizeInProgress").isMissingNode());
        assertThat(pods.condition(name, "PodResizePending").isMissingNode()).isTrue();
    }

    /// The pod's cgroup has that limit, and where containers have their own, theirs is it too.
    private void assertLimit(String name, long mebibytes) {
        var bytes = Long.toString(mebibytes << 20);
        assertThat(cgroup(name).memoryLimit()).isEqualTo(bytes);
        if (!name.endsWith("gvisor")) {
            assertThat(cgroup(name).memoryLimitsWithin()).containsOnly(bytes);
        }
    }

    private int hog(String name) {
        return pods.kubectl()
                .run("-n", NAMESPACE, "exec", name, "--", "sh", "-c", Hog.MEMORY)
                .exit();
    }

    private Cgroup cgroup(String name) {
        return new Cgroup(engine, pods.pod(name).at("/metadata/uid").asText());
    }

    private long allocatable() {
        var cpu = pods.kubectl().get("node", engine.node()).at("/status/allocatable/cpu").asText();
        return cpu.endsWith("m")
                ? Long.parseLong(cpu.substring(0, cpu.length() - 1))
                : 1000 * Long.parseLong(cpu);
    }
}
