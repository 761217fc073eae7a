package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.testkit.Await;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.function.DoublePredicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What `kubectl top` tells is what the kernel counts, for every runtime: pods that spin within a
/// limit are told to use just that, and less as soon as the limit is lowered from outside.
@SharedEngine
class TopIT {
    private static final String NAMESPACE = "top";
    private static final List<String> RUNTIMES = List.of("runc", "gvisor");
    private final Engine engine;
    private final Kubectl kubectl;

    TopIT(Engine engine, Kubectl kubectl) {
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

    @Test
    void what_pods_use_is_told_and_follows_what_they_may() {
        for (String runtime : RUNTIMES) {
            kubectl.command("-n", NAMESPACE, "apply", "-f", "-")
                    .input(
                            Manifests.limitedPod(
                                    runtime,
                                    engine.busybox(),
                                    "while :; do :; done",
                                    "memory: 128Mi, cpu: 200m",
                                    "runtimeClassName: " + runtime))
                    .run()
                    .ok();
        }
        for (String runtime : RUNTIMES) {
            await(runtime, cores -> cores > 0.1 && cores < 0.3);
        }
        var pods = kubectl.run("-n", NAMESPACE, "top", "pods").ok().out();
        assertThat(pods).containsPattern("(?m)^runc +\\d+m +\\d+Mi");
        assertThat(pods).containsPattern("(?m)^gvisor +\\d+m +\\d+Mi");
        assertThat(kubectl.run("top", "nodes").ok().out())
                .containsPattern("(?m)^" + engine.node() + " +\\d+m +\\d+% +\\d+Mi +\\d+%");

        for (String runtime : RUNTIMES) {
            var uid = kubectl.get("-n", NAMESPACE, "pod", runtime).at("/metadata/uid").asText();
            new Cgroup(engine, uid).lowerCpu(20);
        }
        for (String runtime : RUNTIMES) {
            await(runtime, cores -> cores > 0 && cores < 0.05);
        }
    }

    private void await(String pod, DoublePredicate wanted) {
        Await.until(() -> wanted.test(cores(pod)));
    }

    /// Processors that the pod is told to use; nothing while it is not told.
    private double cores(String pod) {
        var ran =
                kubectl.run(
                        "get",
                        "--raw",
                        "/apis/metrics.k8s.io/v1beta1/namespaces/%s/pods/%s"
                                .formatted(NAMESPACE, pod));
        if (ran.exit() != 0) {
            assertThat(ran.err()).contains("podmetrics.metrics.k8s.io", "not found");
            return 0;
        }
        JsonNode cpu = Kubectl.json(ran.out()).at("/containers/0/usage/cpu");
        return new Quantity(cpu.asText()).getNumericalAmount().doubleValue();
    }
}
