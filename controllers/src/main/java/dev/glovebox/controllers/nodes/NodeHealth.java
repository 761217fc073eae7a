package dev.glovebox.controllers.nodes;

import dev.glovebox.controllers.loop.Times;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.Taint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What a node's conditions make of it: which of them are not known when it falls silent, and which
/// taints it gets. Pure. Source: kube-controller-manager's `node_lifecycle_controller.go`.
final class NodeHealth {
    static final String NOT_READY = "node.kubernetes.io/not-ready";
    static final String UNREACHABLE = "node.kubernetes.io/unreachable";
    static final String NO_EXECUTE = "NoExecute";
    private static final String NO_SCHEDULE = "NoSchedule";
    private static final String UNSCHEDULABLE = "node.kubernetes.io/unschedulable";
    private static final List<String> KEPT =
            List.of("Ready", "MemoryPressure", "DiskPressure", "PIDPressure");

    /// Taints of conditions that are true.
    private static final Map<String, String> PRESSURES =
            Map.of(
                    "MemoryPressure", "node.kubernetes.io/memory-pressure",
                    "DiskPressure", "node.kubernetes.io/disk-pressure",
                    "PIDPressure", "node.kubernetes.io/pid-pressure",
                    "NetworkUnavailable", "node.kubernetes.io/network-unavailable");

    private NodeHealth() {}

    /// The status of a node's `Ready`: `True`, `False` or `Unknown`.
    static String ready(Node node) {
        return condition(node, "Ready").map(NodeCondition::getStatus).orElse("Unknown");
    }

    private static Optional<NodeCondition> condition(Node node, String type) {
        return node.getStatus() == null
                ? Optional.empty()
                : node.getStatus().getConditions().stream()
                        .filter(each -> each.getType().equals(type))
                        .findFirst();
    }

    /// The node as it is known after it has been silent for too long: its conditions are not.
    static Node silent(Node node, Instant now) {
        List<NodeCondition> conditions = new ArrayList<>();
        if (node.getStatus() != null) {
            conditions.addAll(node.getStatus().getConditions());
        }
        for (String type : KEPT) {
            Optional<NodeCondition> old = condition(node, type);
            if (old.filter(each -> each.getStatus().equals("Unknown")).isPresent()) {
                continue;
            }
            conditions.removeIf(each -> each.getType().equals(type));
            NodeCondition unknown = new NodeCondition();
            unknown.setType(type);
            unknown.setStatus("Unknown");
            unknown.setReason(old.isPresent() ? "NodeStatusUnknown" : "NodeStatusNeverUpdated");
            unknown.setMessage(
                    old.isPresent()
                            ? "Kubelet stopped posting node status."
                            : "Kubelet never posted node status.");
            unknown.setLastHeartbeatTime(
                    old.map(NodeCondition::getLastHeartbeatTime)
                            .orElse(node.getMetadata().getCreationTimestamp()));
            unknown.setLastTransitionTime(Times.text(now));
            conditions.add(unknown);
        }
        return new NodeBuilder(node)
                .editOrNewStatus()
                .withConditions(conditions)
                .endStatus()
                .build();
    }

    /// The taints that a node is to have: those that others gave it, and those of its conditions.
    ///
    /// @param evicts whether pods are to leave a node that is not ready
    static List<Taint> taints(Node node, boolean evicts, Instant now) {
        List<Taint> old = node.getSpec() == null ? List.of() : node.getSpec().getTaints();
        List<Taint> taints = new ArrayList<>(old.stream().filter(each -> !isOurs(each)).toList());
        List<Taint> wanted = new ArrayList<>();
        String ready = ready(node);
        if (condition(node, "Ready").isPresent() && !ready.equals("True")) {
            String key = ready.equals("False") ? NOT_READY : UNREACHABLE;
            wanted.add(new Taint(NO_SCHEDULE, key, null, null));
            if (evicts) {
                wanted.add(new Taint(NO_EXECUTE, key, null, null));
            }
        }
        PRESSURES.forEach((type, key) -> {
            if (condition(node, type).filter(each -> each.getStatus().equals("True")).isPresent()) {
                wanted.add(new Taint(NO_SCHEDULE, key, null, null));
            }
        });
        if (node.getSpec() != null && Boolean.TRUE.equals(node.getSpec().getUnschedulable())) {
            wanted.add(new Taint(NO_SCHEDULE, UNSCHEDULABLE, null, null));
        }
        // One that is there already stays as it is: it says since when.
        for (Taint taint : wanted) {
            taints.add(
                    old.stream()
                            .filter(each -> same(each, taint))
                            .findFirst()
                            .orElseGet(() -> since(taint, now)));
        }
        return Set.copyOf(taints).equals(Set.copyOf(old)) ? old : taints;
    }

    private static Taint since(Taint taint, Instant now) {
        taint.setTimeAdded(Times.text(now));
        return taint;
    }

    private static boolean same(Taint one, Taint other) {
        return one.getKey().equals(other.getKey()) && one.getEffect().equals(other.getEffect());
    }

    private static boolean isOurs(Taint taint) {
        boolean readiness = Set.of(NOT_READY, UNREACHABLE).contains(taint.getKey());
        return taint.getEffect().equals(NO_EXECUTE)
                ? readiness
                : taint.getEffect().equals(NO_SCHEDULE)
                        && (readiness
                                || PRESSURES.containsValue(taint.getKey())
                                || UNSCHEDULABLE.equals(taint.getKey()));
    }
}
