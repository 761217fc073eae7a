package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.testkit.Await;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Pods that leave a real node for more important ones. What two want is a port of the node, of
/// which there is one, whatever else runs there.
@SharedEngine
class PreemptionIT {
    private static final String NAMESPACE = "preemption";
    private final Engine engine;
    private final Kubectl kubectl;

    PreemptionIT(Engine engine, Kubectl kubectl) {
        this.engine = engine;
        this.kubectl = kubectl;
    }

    @BeforeAll
    static void makeNamespace(Kubectl kubectl) {
        kubectl.apply(Manifests.namespace(NAMESPACE, "trusted")).ok();
        kubectl.run("create", "priorityclass", "urgent", "--value=1000").ok();
    }

    @AfterAll
    static void removeIt(Kubectl kubectl) {
        kubectl.run("delete", "priorityclass", "urgent").ok();
        kubectl.run("delete", "namespace", NAMESPACE, "--timeout=90s").ok();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gvisor", "runc"})
    void a_more_important_pod_takes_the_place_of_another(String runtime) {
        var first = "first-" + runtime;
        var equal = "equal-" + runtime;
        var urgent = "urgent-" + runtime;
        start(first, runtime);
        kubectl.awaitReady(NAMESPACE, first);
        // One that is no more important waits.
        start(equal, runtime);
        Await.until(() -> kubectl.events(NAMESPACE, equal).contains("FailedScheduling"));
        assertThat(kubectl.events(NAMESPACE, equal))
                .contains(
                        "didn't have free ports for the requested pod ports. preemption: 0/1 nodes"
                                + " are available: 1 No preemption victims found for incoming pod.");
        start(urgent, runtime, "priorityClassName: urgent");
        kubectl.awaitReady(NAMESPACE, urgent);
        assertThat(kubectl.run("-n", NAMESPACE, "get", "pod", first).exit()).isEqualTo(1);
        assertThat(kubectl.events(NAMESPACE, first)).contains("Preempted by pod ");
        assertThat(kubectl.get("-n", NAMESPACE, "pod", equal).at("/spec/nodeName").asText())
                .isEmpty();
        kubectl.run("-n", NAMESPACE, "delete", "pod", equal, urgent).ok();
    }

    private void start(String name, String runtime, String... more) {
        var lines = new String[more.length + 1];
        lines[0] = "runtimeClassName: " + runtime;
        System.arraycopy(more, 0, lines, 1, more.length);
        var manifest =
                Manifests.pod(name, engine.busybox(), "exec sleep 1000", lines)
                        + "    ports: [{containerPort: 8080, hostPort: 18080}]\n";
        kubectl.command("-n", NAMESPACE, "apply", "-f", "-").input(manifest).run().ok();
    }
}
