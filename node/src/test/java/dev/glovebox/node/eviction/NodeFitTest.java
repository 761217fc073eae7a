package dev.glovebox.node.eviction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.node.pod.Eviction;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Taint;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Reasons and messages are those of kubelet 1.34.
class NodeFitTest {
    private static final Node NODE =
            new NodeBuilder()
                    .withNewMetadata()
                    .withName("n")
                    .addToLabels("disk", "ssd")
                    .endMetadata()
                    .withNewStatus()
                    .withAllocatable(
                            Map.of(
                                    "cpu", new Quantity("2"),
                                    "memory", new Quantity("1Gi"),
                                    "ephemeral-storage", new Quantity("10Gi"),
                                    "example.com/gpu", new Quantity("1"),
                                    "pods", new Quantity("3")))
                    .endStatus()
                    .build();

    @Test
    void what_the_node_has_may_be_had() {
        Pod pod =
                withPort(asking("cpu", "1500m"))
                        .editSpec()
                        .addToNodeSelector("disk", "ssd")
                        .endSpec()
                        .build();
        assertThat(NodeFit.refusal(pod, NODE, List.of(asking("cpu", "500m").build()))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "cpu, 1501m, OutOfcpu, 'cpu, requested: 1501, used: 500, capacity: 2000'",
        "memory, 2Gi, OutOfmemory, 'memory, requested: 2147483648, used: 0, capacity: 1073741824'",
        "memory, 100E, OutOfmemory, 'memory, requested: 1152921504606846976, used: 0, capacity: 1073741824'",
        "ephemeral-storage, 11Gi, OutOfephemeral-storage, 'ephemeral-storage, requested: 11811160064, used: 0, capacity: 10737418240'",
        "hugepages-2Mi, 2Mi, OutOfhugepages-2Mi, 'hugepages-2Mi, requested: 2097152, used: 0, capacity: 0'",
        "example.com/gpu, 2, OutOfexample.com/gpu, 'example.com/gpu, requested: 2, used: 0, capacity: 1'",
    })
    void what_it_has_not_is_named(String resource, String amount, String reason, String message) {
        refused(
                asking(resource, amount).build(),
                NODE,
                List.of(asking("cpu", "500m").build()),
                reason,
                "Node didn't have enough resource: " + message);
    }

    /// It is the whole cluster's, or given out by claims.
    @Test
    void a_resource_that_the_node_does_not_know_is_not_asked_of_it() {
        assertThat(NodeFit.refusal(asking("example.com/seat", "1").build(), NODE, List.of()))
                .isEmpty();
    }

    @Test
    void there_are_no_more_pods_than_it_takes() {
        refused(
                asking("cpu", "100").build(),
                NODE,
                Collections.nCopies(3, asking("cpu", "0").build()),
                "OutOfpods",
                "Node didn't have enough resource: pods, requested: 1, used: 3, capacity: 3");
    }

    @Test
    void a_node_with_other_labels_is_not_meant() {
        refused(
                asking("cpu", "1").editSpec().addToNodeSelector("disk", "hdd").endSpec().build(),
                NODE,
                List.of(),
                "NodeAffinity",
                "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector");
    }

    @Test
    void a_port_of_the_node_has_one_pod() {
        Pod pod = withPort(asking("cpu", "1")).build();
        refused(
                pod,
                NODE,
                List.of(pod),
                "NodePorts",
                "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports");
    }

    /// A taint that only keeps schedulers away does not concern who was sent.
    @Test
    void only_a_taint_that_drives_pods_out_refuses_one() {
        Pod pod = asking("cpu", "1").build();
        assertThat(NodeFit.refusal(pod, tainted("NoSchedule"), List.of())).isEmpty();
        refused(
                pod,
                tainted("NoExecute"),
                List.of(),
                "TaintToleration",
                "Predicate TaintToleration failed: node(s) had taints that the pod didn't tolerate");
        Pod tolerates =
                asking("cpu", "1")
                        .editSpec()
                        .addNewToleration()
                        .withOperator("Exists")
                        .endToleration()
                        .endSpec()
                        .build();
        assertThat(NodeFit.refusal(tolerates, tainted("NoExecute"), List.of())).isEmpty();
    }

    private static Node tainted(String effect) {
        return new NodeBuilder(NODE)
                .withNewSpec()
                .withTaints(new Taint(effect, "broken", null, null))
                .endSpec()
                .build();
    }

    private static PodBuilder asking(String resource, String amount) {
        return new PodBuilder()
                .withNewMetadata()
                .withName("p")
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("c")
                .withNewResources()
                .addToRequests(resource, new Quantity(amount))
                .endResources()
                .endContainer()
                .endSpec();
    }

    private static PodBuilder withPort(PodBuilder pod) {
        return pod.editSpec()
                .editFirstContainer()
                .addNewPort()
                .withContainerPort(80)
                .withHostPort(8080)
                .endPort()
                .endContainer()
                .endSpec();
    }

    private static void refused(
            Pod pod, Node node, List<Pod> others, String reason, String message) {
        assertThat(NodeFit.refusal(pod, node, others))
                .contains(new Eviction(Eviction.Cause.NOT_ADMITTED, reason, message));
    }
}
