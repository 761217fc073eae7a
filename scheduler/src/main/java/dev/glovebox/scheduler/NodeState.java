package dev.glovebox.scheduler;

import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Selectors;
import dev.glovebox.placement.Requests;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAddress;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A node and the pods that hold a place on it.
///
/// @param node with a spec and a status, be they empty
/// @param pods assigned to it, and not ended
public record NodeState(Node node, List<Pod> pods) {
    /// Copies the list.
    public NodeState {
        pods = List.copyOf(pods);
    }

    String name() {
        return node.getMetadata().getName();
    }

    Map<String, String> labels() {
        return Selectors.labels(node);
    }

    /// Whether both are on one machine, as the addresses say at which they are reached.
    boolean sharesMachine(NodeState other) {
        return !Collections.disjoint(addresses(), other.addresses());
    }

    private List<String> addresses() {
        return node.getStatus().getAddresses().stream()
                .filter(each -> each.getType().equals("InternalIP"))
                .map(NodeAddress::getAddress)
                .toList();
    }

    Requests allocatable() {
        return Requests.of(node.getStatus().getAllocatable());
    }

    Requests taken() {
        return pods.stream().map(Requests::of).reduce(Requests.NONE, Requests::plus);
    }

    NodeState with(Collection<Pod> more) {
        return new NodeState(node, Stream.concat(pods.stream(), more.stream()).toList());
    }

    NodeState without(Collection<Pod> gone) {
        Set<ObjectKey> keys = gone.stream().map(ObjectKey::of).collect(Collectors.toSet());
        return new NodeState(
                node, pods.stream().filter(pod -> !keys.contains(ObjectKey.of(pod))).toList());
    }
}
