package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The engine is killed while pods run, and started again.
@SharedEngine
class AdoptionIT {
    private static final String NAMESPACE = "adopted";
    private final Engine engine;
    private final Kubectl kubectl;

    AdoptionIT(Engine engine, Kubectl kubectl) {
        this.engine = engine;
        this.kubectl = kubectl;
    }

    @BeforeAll
    static void startPods(Engine engine, Kubectl kubectl) {
        kubectl.apply(Manifests.namespace(NAMESPACE, "trusted")).ok();
        for (var runtime : new String[] {"gvisor", "runc"}) {
            var script = "i=0; while :; do i=$((i+1)); echo $i; sleep 0.2; done";
            var manifest =
                    Manifests.pod(runtime, engine.busybox(), script, "runtimeClassName: " + runtime)
                            + "    readinessProbe: {exec: {command: [\"true\"]}}\n"
                            + "    startupProbe: {exec: {command: [\"true\"]}, periodSeconds: 1}\n";
            kubectl.command("-n", NAMESPACE, "apply", "-f", "-").input(manifest).run().ok();
        }
        kubectl.awaitReady(NAMESPACE, "gvisor");
        kubectl.awaitReady(NAMESPACE, "runc");
    }

    @AfterAll
    static void remove(Engine engine, Kubectl kubectl) {
        engine.up().ok();
        kubectl.run("delete", "namespace", NAMESPACE).ok();
    }

    @Test
    void pods_run_on_while_the_engine_is_killed_and_are_adopted() throws InterruptedException {
        var before = pods();
        var now = engine.machineState().of(MachineState.Kind.PROCESS);
        // A probe's command is gone by then.
        Thread.sleep(1000);
        var running =
                engine.machineState().of(MachineState.Kind.PROCESS).stream()
                        .filter(now::contains)
                        .toList();
        var pid = engine.pid();

        Command.of("kill", "-KILL", Long.toString(pid)).run().ok();
        ProcessHandle.of(pid).ifPresent(handle -> handle.onExit().join());

        var down = engine.machineState().of(MachineState.Kind.PROCESS);
        // The script's own sleeps come and go.
        assertThat(running.stream().filter(each -> !down.contains(each)))
                .as("what ended with the engine")
                .allMatch(each -> each.startsWith(pid + " ") || each.contains("(sleep)"));

        engine.up().ok();

        var after = pods();
        assertThat(facts(after)).isEqualTo(facts(before));
        for (var pod : after) {
            assertThat(pod.at("/status/containerStatuses/0/restartCount").asInt()).isZero();
        }
        for (var runtime : new String[] {"gvisor", "runc"}) {
            var last = Long.parseLong(log(runtime).getLast());
            kubectl.run("-n", NAMESPACE, "exec", runtime, "--", "sleep", "1").ok();
            var lines = log(runtime);
            assertThat(Long.parseLong(lines.getLast())).as("the log goes on").isGreaterThan(last);
            for (var i = 0; i < lines.size(); i++) {
                assertThat(lines.get(i)).as("no line is lost").isEqualTo(Integer.toString(i + 1));
            }
        }
    }

    @Test
    void after_down_pods_run_on_and_up_takes_them_back() {
        var before = pods();
        var containers = engine.machineState().of(MachineState.Kind.CGROUP);
        engine.run("down").ok();
        assertThat(engine.machineState().of(MachineState.Kind.CGROUP)).isEqualTo(containers);
        assertThat(kubectl.run("get", "nodes").exit()).isNotZero();
        engine.up().ok();
        assertThat(facts(pods())).isEqualTo(facts(before));
        assertThat(Files.exists(Path.of("/proc/" + engine.pid()))).isTrue();
    }

    @Test
    void a_containerd_that_dies_is_started_again_and_pods_do_not_notice() {
        var before = pods();
        var image = engine.busybox();
        var config = engine.runDirectory().resolve("containerd.toml").toString();
        var find = new String[] {"pgrep", "-f", "^[^ ]*containerd --config " + config};
        var pid = Command.of(find).run().ok().text();
        Command.of("kill", "-KILL", pid).run().ok();
        kubectl.apply(
                        Manifests.pod(
                                "after-containerd",
                                image,
                                "exec sleep 1000",
                                "runtimeClassName: gvisor"))
                .ok();
        kubectl.awaitReady("default", "after-containerd");
        assertThat(Command.of(find).run().ok().text()).isNotEqualTo(pid);
        assertThat(facts(pods())).isEqualTo(facts(before));
        kubectl.run("delete", "pod", "after-containerd").ok();
    }

    private java.util.List<String> log(String pod) {
        return kubectl.run("-n", NAMESPACE, "logs", pod).ok().lines();
    }

    private JsonNode pods() {
        return kubectl.get("-n", NAMESPACE, "pods").required("items");
    }

    /// What must be the same before and after: identities, starts, and since when it is Ready.
    private static java.util.List<String> facts(JsonNode pods) {
        var facts = new java.util.ArrayList<String>();
        for (var pod : pods) {
            var status = pod.at("/status/containerStatuses/0");
            var ready = "";
            for (var condition : pod.at("/status/conditions")) {
                if (condition.at("/type").asText().equals("Ready")) {
                    ready =
                            condition.at("/status").asText()
                                    + " since "
                                    + condition.at("/lastTransitionTime").asText();
                }
            }
            facts.add(
                    String.join(
                            " ",
                            pod.at("/metadata/uid").asText(),
                            pod.at("/status/podIP").asText(),
                            status.at("/containerID").asText(),
                            status.at("/restartCount").asText(),
                            status.at("/state/running/startedAt").asText(),
                            ready));
        }
        return facts;
    }
}
