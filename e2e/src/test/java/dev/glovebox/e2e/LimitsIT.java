package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Limits seen to bind, under each runtime; beside each the same pod with its limit lifted on the
/// host, for which the check must come out the other way. A check that passes for both shows
/// nothing.
@SharedEngine
class LimitsIT {
    private static final String NAMESPACE = "limits";
    private static final String WAIT_THEN = "until [ -e /tmp/go ]; do sleep 0.1; done; ";
    private final Engine engine;
    private final Kubectl kubectl;

    LimitsIT(Engine engine, Kubectl kubectl) {
        this.engine = engine;
        this.kubectl = kubectl;
    }

    @BeforeAll
    static void makeNamespace(Kubectl kubectl) {
        kubectl.apply(Manifests.namespace(NAMESPACE, "trusted")).ok();
    }

    @AfterAll
    static void removeIt(Kubectl kubectl) {
        kubectl.run("delete", "namespace", NAMESPACE).ok();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gvisor", "runc"})
    void memory_binds(String runtime) {
        start("memory-" + runtime, runtime, Hog.MEMORY, "memory: 64Mi");
        go("memory-" + runtime);
        var state = ended("memory-" + runtime);
        assertThat(state.at("/exitCode").asInt()).as(state.toString()).isEqualTo(137);
        assertThat(state.at("/reason").asText()).as(state.toString()).isEqualTo("OOMKilled");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gvisor", "runc"})
    void the_same_memory_fits_when_the_hosts_limit_is_lifted(String runtime) {
        var pod = start("lifted-memory-" + runtime, runtime, Hog.MEMORY, "memory: 64Mi");
        pod.liftMemory();
        go("lifted-memory-" + runtime);
        assertThat(ended("lifted-memory-" + runtime).at("/exitCode").asInt()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gvisor", "runc"})
    void memory_that_a_pod_says_of_itself_binds_a_container_that_says_nothing(String runtime) {
        startWhole("whole-" + runtime, runtime);
        go("whole-" + runtime);
        assertThat(ended("whole-" + runtime).at("/reason").asText()).isEqualTo("OOMKilled");

        var lifted = startWhole("lifted-whole-" + runtime, runtime);
        lifted.liftMemory();
        go("lifted-whole-" + runtime);
        assertThat(ended("lifted-whole-" + runtime).at("/exitCode").asInt()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gvisor", "runc"})
    void cpu_binds_and_does_not_when_the_hosts_limit_is_lifted(String runtime) {
        var name = "cpu-" + runtime;
        var pod = start(name, runtime, Hog.CPU, "cpu: 200m");
        go(name);
        var before = pod.throttled();
        spin(name);
        var bound = pod.throttled() - before;
        pod.liftCpu();
        spin(name);
        before = pod.throttled();
        spin(name);
        assertThat(bound).isPositive();
        assertThat(pod.throttled() - before).isZero();
        kubectl.run("-n", NAMESPACE, "delete", "pod", name).ok();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gvisor", "runc"})
    void pids_bind(String runtime) {
        var ran =
                engine.run(
                        "run",
                        "--isolation",
                        runtime,
                        "--pids",
                        "100",
                        "--",
                        "sh",
                        "-c",
                        Hog.PROCESSES);
        assertThat(ran.exit()).as(ran.toString()).isNotZero();
        assertThat(ran.out()).as(ran.toString()).doesNotContain("started-200");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gvisor", "runc"})
    void as_many_processes_fit_without_the_limit(String runtime) {
        var ran =
                engine.run(
                        "run",
                        "--isolation",
                        runtime,
                        "--pids",
                        "2000",
                        "--",
                        "sh",
                        "-c",
                        Hog.PROCESSES);
        assertThat(ran.ok().out()).contains("started-200");
    }

    /// Starts a pod that waits for [#go] before it does what the script says.
    private Cgroup start(String name, String runtime, String script, String limits) {
        return start(
                name,
                Manifests.limitedPod(
                        name,
                        engine.busybox(),
                        WAIT_THEN + script,
                        limits,
                        "runtimeClassName: " + runtime));
    }

    private Cgroup startWhole(String name, String runtime) {
        return start(
                name,
                Manifests.pod(
                        name,
                        engine.busybox(),
                        WAIT_THEN + Hog.MEMORY,
                        "runtimeClassName: " + runtime,
                        "resources: {limits: {memory: 64Mi}}"));
    }

    private Cgroup start(String name, String manifest) {
        kubectl.command("-n", NAMESPACE, "apply", "-f", "-").input(manifest).run().ok();
        kubectl.awaitReady(NAMESPACE, name);
        return new Cgroup(
                engine, kubectl.get("-n", NAMESPACE, "pod", name).at("/metadata/uid").asText());
    }

    private void go(String name) {
        kubectl.run("-n", NAMESPACE, "exec", name, "--", "touch", "/tmp/go").ok();
    }

    /// Lets a second of the pod's own clock go by.
    private void spin(String name) {
        kubectl.run("-n", NAMESPACE, "exec", name, "--", "sleep", "1").ok();
    }

    private com.fasterxml.jackson.databind.JsonNode ended(String name) {
        var ran =
                kubectl.run(
                        "-n",
                        NAMESPACE,
                        "wait",
                        "--for=jsonpath={.status.containerStatuses[0].state.terminated.exitCode}",
                        "pod/" + name,
                        "--timeout=60s");
        var pod = kubectl.get("-n", NAMESPACE, "pod", name);
        assertThat(ran.exit()).as("%s%n%s", ran, pod.toPrettyString()).isZero();
        return pod.at("/status/containerStatuses/0/state/terminated");
    }
}
