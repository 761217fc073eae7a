package dev.glovebox.scheduler;

import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.placement.Nodes;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// The cluster as one decision sees it.
///
/// @param nodes all nodes, by name
/// @param nominated the pods that wait for others to leave the node that is meant for them
/// @param around what else decisions depend on
public record Snapshot(List<NodeState> nodes, List<Pod> nominated, Surroundings around) {
    private static final Set<String> ENDED = Set.of("Succeeded", "Failed");

    /// Copies the lists.
    public Snapshot {
        nodes = List.copyOf(nodes);
        nominated = List.copyOf(nominated);
    }

    /// The snapshot of all nodes and all pods.
    public static Snapshot of(
            Collection<Node> nodes, Collection<Pod> pods, Surroundings surroundings) {
        Map<String, List<Pod>> byNode =
                pods.stream()
                        .filter(pod -> isAssigned(pod) && !isEnded(pod))
                        .collect(Collectors.groupingBy(pod -> pod.getSpec().getNodeName()));
        return new Snapshot(
                nodes.stream()
                        .map(Nodes::complete)
                        .map(node ->
                                new NodeState(
                                        node,
                                        byNode.getOrDefault(
                                                node.getMetadata().getName(), List.of())))
                        .sorted(Comparator.comparing(NodeState::name))
                        .toList(),
                pods.stream()
                        .filter(pod -> !isAssigned(pod) && !isEnded(pod))
                        .filter(pod -> !nomination(pod).isEmpty())
                        .toList(),
                surroundings);
    }

    static boolean isAssigned(Pod pod) {
        String node = pod.getSpec().getNodeName();
        return node != null && !node.isEmpty();
    }

    static boolean isEnded(Pod pod) {
        return pod.getStatus() != null
                && pod.getStatus().getPhase() != null
                && ENDED.contains(pod.getStatus().getPhase());
    }

    /// The node that is meant for a pod; empty if none is.
    static String nomination(Pod pod) {
        String node = pod.getStatus() == null ? null : pod.getStatus().getNominatedNodeName();
        return node == null ? "" : node;
    }

    /// How important a pod is; 0 where nobody said.
    static int priority(Pod pod) {
        Integer priority = pod.getSpec().getPriority();
        return priority == null ? 0 : priority;
    }

    /// The same cluster with one node as it would be.
    Snapshot with(NodeState changed) {
        return new Snapshot(
                nodes.stream()
                        .map(node -> node.name().equals(changed.name()) ? changed : node)
                        .toList(),
                nominated,
                around);
    }

    /// The pods of other nodes of a node's machine.
    List<Pod> beside(NodeState node) {
        return nodes.stream()
                .filter(each -> !each.name().equals(node.name()) && each.sharesMachine(node))
                .flatMap(each -> each.pods().stream())
                .toList();
    }

    /// The pods that come to a node before another does: it is meant for them, and they are not
    /// less important.
    List<Pod> comingBefore(Pod pod, NodeState node) {
        return nominated.stream()
                .filter(each -> nomination(each).equals(node.name()))
                .filter(each -> priority(each) >= priority(pod))
                .filter(each -> !ObjectKey.of(each).equals(ObjectKey.of(pod)))
                .toList();
    }
}
