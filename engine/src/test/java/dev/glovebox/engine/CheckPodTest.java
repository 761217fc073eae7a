package dev.glovebox.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.control.RunSpec;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import org.junit.jupiter.api.Test;

class CheckPodTest {
    private static final Pod GVISOR =
            CheckPod.of(
                    Runs.under(RunSpec.Isolation.GVISOR), "example.test/a:1", List.of("master"));
    private static final Pod RUNC =
            CheckPod.of(Runs.under(RunSpec.Isolation.RUNC), "example.test/a:1", List.of("master"));

    @Test
    void each_side_has_a_class_and_a_namespace_that_says_its_trust() {
        assertThat(GVISOR.getSpec().getRuntimeClassName()).isEqualTo("gvisor");
        assertThat(GVISOR.getMetadata().getNamespace()).isEqualTo("glovebox-check");
        assertThat(trust(RunSpec.Isolation.GVISOR)).isEqualTo("untrusted");
        assertThat(RUNC.getSpec().getRuntimeClassName()).isEqualTo("runc");
        assertThat(RUNC.getMetadata().getNamespace()).isEqualTo("glovebox-check-trusted");
        assertThat(trust(RunSpec.Isolation.RUNC)).isEqualTo("trusted");
    }

    @Test
    void both_sides_are_the_same_but_for_that() {
        assertThat(container(GVISOR)).isEqualTo(container(RUNC));
        assertThat(GVISOR.getMetadata().getAnnotations())
                .isEqualTo(RUNC.getMetadata().getAnnotations());
    }

    @Test
    void what_runs_under_runc_is_fenced() {
        var context = container(RUNC).getSecurityContext();
        assertThat(context.getAllowPrivilegeEscalation()).isFalse();
        assertThat(context.getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
        assertThat(context.getCapabilities().getDrop()).contains("NET_RAW", "MKNOD");
        assertThat(context.getCapabilities().getAdd()).isEmpty();
        assertThat(container(RUNC).getResources().getLimits())
                .containsOnlyKeys("cpu", "memory", "ephemeral-storage");
        assertThat(RUNC.getMetadata().getAnnotations())
                .containsEntry("glovebox.dev/network", "none")
                .containsEntry("glovebox.dev/pids", "1000");
        assertThat(RUNC.getSpec().getAutomountServiceAccountToken()).isFalse();
    }

    @Test
    void the_node_ends_what_the_engine_does_not_come_to_end() {
        assertThat(RUNC.getSpec().getActiveDeadlineSeconds()).isEqualTo(300);
        assertThat(GVISOR.getSpec().getActiveDeadlineSeconds()).isEqualTo(300);
    }

    @Test
    void limits_that_the_caller_names_are_taken() {
        Runs run = new Runs();
        run.memory = "64Mi";
        run.pids = 7;
        Pod pod = CheckPod.of(run.spec(), "example.test/a:1", List.of("master"));

        assertThat(container(pod).getResources().getLimits())
                .containsEntry("memory", Quantity.parse("64Mi"))
                .containsEntry("cpu", Quantity.parse("1"));
        assertThat(pod.getMetadata().getAnnotations()).containsEntry("glovebox.dev/pids", "7");
    }

    private static Container container(Pod pod) {
        return pod.getSpec().getContainers().getFirst();
    }

    private static String trust(RunSpec.Isolation isolation) {
        Namespace namespace = CheckPod.namespace(Runs.under(isolation));
        return namespace.getMetadata().getLabels().getOrDefault("glovebox.dev/trust", "");
    }
}
