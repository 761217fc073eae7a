package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What `inspect` says of a pod, held against what the tests find on the host by themselves.
@SharedEngine
class InspectIT {
    private static final String NAMESPACE = "inspected";

    /// Told apart from every other process on the machine.
    private static final String SLEEP = "86401";

    private final Engine engine;
    private final Kubectl kubectl;

    InspectIT(Engine engine, Kubectl kubectl) {
        this.engine = engine;
        this.kubectl = kubectl;
    }

    @BeforeAll
    static void startPods(Engine engine, Kubectl kubectl) {
        kubectl.apply(Manifests.namespace(NAMESPACE, "trusted")).ok();
        for (var runtime : new String[] {"gvisor", "runc"}) {
            var manifest =
                    Manifests.limitedPod(
                            runtime,
                            engine.busybox(),
                            "exec sleep " + SLEEP,
                            "memory: 96Mi",
                            "runtimeClassName: " + runtime);
            kubectl.command("-n", NAMESPACE, "apply", "-f", "-").input(manifest).run().ok();
            kubectl.awaitReady(NAMESPACE, runtime);
        }
    }

    @AfterAll
    static void remove(Kubectl kubectl) {
        kubectl.run("delete", "namespace", NAMESPACE).ok();
    }

    @Test
    void under_gvisor_the_host_sees_no_process_of_the_container() {
        var text = engine.run("inspect", "--namespace", NAMESPACE, "gvisor").ok().out();
        assertThat(text)
                .contains("runsc")
                .containsIgnoringCase("seccomp")
                .containsIgnoringCase("namespaces");
        assertThat(text).containsIgnoringCase("capabilities").contains(Long.toString(96L << 20));
        assertThat(text).doesNotContain("sleep " + SLEEP);
    }

    @Test
    void under_runc_it_lists_them() {
        var text = engine.run("inspect", "--namespace", NAMESPACE, "runc").ok().out();
        assertThat(text)
                .contains("runc")
                .contains("sleep " + SLEEP)
                .contains(Long.toString(96L << 20));
    }

    @Test
    void the_host_itself_says_the_same() {
        var all = Command.of("ps", "-eo", "args").run().ok().lines();
        assertThat(all.stream().filter(line -> line.equals("sleep " + SLEEP))).hasSize(1);
    }

    @Test
    void as_json_it_carries_the_cgroups_own_value() {
        var uid = kubectl.get("-n", NAMESPACE, "pod", "gvisor").at("/metadata/uid").asText();
        var json =
                Kubectl.json(
                        engine.run("inspect", "--json", "--namespace", NAMESPACE, "gvisor")
                                .ok()
                                .out());
        var limit = new Cgroup(engine, uid).memoryLimit();
        assertThat(json.toString()).contains(limit).contains("\"handler\":\"runsc\"");
    }
}
