package dev.glovebox.scheduler;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/// The cluster as one decision sees it.
///
/// @param nodes all nodes
/// @param pods the pods that hold a place on a node: assigned, and not ended
public record Snapshot(List<Node> nodes, List<Pod> pods) {
    private static final Set<String> ENDED = Set.of("Succeeded", "Failed");

    /// Copies the lists.
    public Snapshot {
        nodes = List.copyOf(nodes);
        pods = List.copyOf(pods);
    }

    /// The snapshot of all nodes and all pods, of which it takes those that hold a place.
    public static Snapshot of(Collection<Node> nodes, Collection<Pod> pods) {
        return new Snapshot(
                nodes.stream().map(Snapshot::complete).toList(),
                pods.stream().filter(Snapshot::holdsPlace).toList());
    }

    /// The node with the parts that decisions read, empty where it has none.
    private static Node complete(Node node) {
        NodeBuilder builder = new NodeBuilder(node);
        if (node.getSpec() == null) {
            builder.withNewSpec().endSpec();
        }
        if (node.getStatus() == null) {
            builder.withNewStatus().endStatus();
        }
        return builder.build();
    }

    private static boolean holdsPlace(Pod pod) {
        return isAssigned(pod) && !isEnded(pod);
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

    /// The pods that hold a place on a node.
    List<Pod> podsOn(String node) {
        return pods.stream().filter(pod -> node.equals(pod.getSpec().getNodeName())).toList();
    }
}
