package dev.glovebox.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Resource;
import dev.glovebox.control.Refusal;
import dev.glovebox.control.RunSpec;
import dev.glovebox.testkit.FakeCluster;
import dev.glovebox.testkit.ManualClock;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunNamespaceTest {
    private final FakeCluster cluster = new FakeCluster(ManualClock.atNoon());

    @Test
    void it_is_made_once_and_used_again() throws Refusal {
        RunNamespace.ensure(cluster, RunPod.namespace(new Runs().spec()));
        RunNamespace.ensure(cluster, RunPod.namespace(new Runs().spec()));

        assertThat(cluster.get(Resource.NAMESPACES, ObjectKey.of("glovebox-run")))
                .map(Namespace::getMetadata)
                .hasValueSatisfying(metadata ->
                        assertThat(metadata.getLabels())
                                .containsEntry("glovebox.dev/trust", "untrusted"));
    }

    @Test
    void one_that_somebody_trusts_by_now_is_not_used() {
        existing("glovebox-run", Map.of("glovebox.dev/trust", "trusted"));

        assertThatThrownBy(() -> RunNamespace.ensure(cluster, RunPod.namespace(new Runs().spec())))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.exitCode()).isEqualTo(125))
                .hasMessage(
                        "namespace glovebox-run does not say glovebox.dev/trust=untrusted; say so"
                                + " again: kubectl label --overwrite namespace glovebox-run"
                                + " glovebox.dev/trust=untrusted");
    }

    @Test
    void one_without_a_label_is_not_left_to_the_engines_default() {
        existing("glovebox-run", Map.of());

        assertThatThrownBy(() -> RunNamespace.ensure(cluster, RunPod.namespace(new Runs().spec())))
                .isInstanceOf(Refusal.class);
    }

    @Test
    void one_that_is_not_trusted_is_not_used_for_the_hosts_kernel() {
        existing("glovebox-run-trusted", Map.of("glovebox.dev/trust", "untrusted"));

        assertThatThrownBy(() ->
                        RunNamespace.ensure(
                                cluster, RunPod.namespace(Runs.under(RunSpec.Isolation.RUNC))))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("does not say glovebox.dev/trust=trusted");
    }

    private void existing(String name, Map<String, String> labels) {
        cluster.create(
                Resource.NAMESPACES,
                new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withLabels(labels)
                        .endMetadata()
                        .build());
    }
}
