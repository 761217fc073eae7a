package dev.glovebox.scheduler;

import dev.glovebox.placement.HostPorts;
import dev.glovebox.placement.NodeMatch;
import dev.glovebox.placement.Taints;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// Where a pod may go. The filters and their order are those of kube-scheduler's default profile.
final class Fit {
    private final Snapshot snapshot;
    private final Pod pod;
    private final VolumeBinding binding;
    private final List<Filter> filters;

    Fit(Snapshot snapshot, Pod pod) {
        this.snapshot = snapshot;
        this.pod = pod;
        Storage storage = snapshot.around().storage();
        PodClaims claims = new PodClaims(pod, storage);
        this.binding = new VolumeBinding(storage, claims);
        this.filters =
                List.of(
                        this::unschedulable,
                        this::tainted,
                        this::mismatched,
                        this::portsTaken,
                        node -> Resources.refuse(node, pod),
                        new VolumeRestrictions(snapshot, pod),
                        binding,
                        new VolumeZone(storage, claims),
                        new TopologySpread(snapshot, pod),
                        new PodAffinity(snapshot, pod));
    }

    /// Why the pod may go to no node, whatever the nodes are like; empty if nothing is amiss.
    static Optional<String> refusal(Snapshot snapshot, Pod pod) {
        return new PodClaims(pod, snapshot.around().storage())
                .refusal()
                .or(() -> DeviceClaims.refusal(pod));
    }

    /// What the pod's claims get on a node that takes the pod.
    VolumePlan volumes(NodeState node) {
        return binding.plan(node).orElse(VolumePlan.NONE);
    }

    /// What the first filter that refuses the node says. A pod that comes to the node before this
    /// one must not be in its way, and neither must it be missed.
    Optional<Filter.Refusal> refusal(NodeState node) {
        List<Pod> before = snapshot.comingBefore(pod, node);
        if (!before.isEmpty()) {
            NodeState crowded = node.with(before);
            Optional<Filter.Refusal> refusal =
                    new Fit(snapshot.with(crowded), pod).refusalAsItIs(crowded);
            if (refusal.isPresent()) {
                return refusal;
            }
        }
        return refusalAsItIs(node);
    }

    private Optional<Filter.Refusal> refusalAsItIs(NodeState node) {
        return filters.stream().flatMap(filter -> filter.refuse(node).stream()).findFirst();
    }

    private List<Toleration> tolerations() {
        return pod.getSpec().getTolerations();
    }

    private Optional<Filter.Refusal> unschedulable(NodeState node) {
        boolean kept =
                Boolean.TRUE.equals(node.node().getSpec().getUnschedulable())
                        && !Taints.isTolerated(
                                Taints.noSchedule(Taints.UNSCHEDULABLE), tolerations());
        return kept ? Filter.Refusal.lasting("node(s) were unschedulable") : Optional.empty();
    }

    private Optional<Filter.Refusal> tainted(NodeState node) {
        Optional<Taint> taint = Taints.untolerated(node.node(), tolerations());
        return taint.flatMap(found ->
                Filter.Refusal.lasting(
                        "node(s) had untolerated taint {%s: %s}"
                                .formatted(
                                        found.getKey(),
                                        Objects.requireNonNullElse(found.getValue(), ""))));
    }

    private Optional<Filter.Refusal> mismatched(NodeState node) {
        return NodeMatch.matches(pod, node.node())
                ? Optional.empty()
                : Filter.Refusal.lasting("node(s) didn't match Pod's node affinity/selector");
    }

    /// Nodes of one machine share its ports. Nobody leaves one node for the sake of another.
    private Optional<Filter.Refusal> portsTaken(NodeState node) {
        String taken = "node(s) didn't have free ports for the requested pod ports";
        if (!HostPorts.areFree(pod, node.pods())) {
            return Filter.Refusal.curable(taken);
        }
        return HostPorts.areAsked(pod) && !HostPorts.areFree(pod, snapshot.beside(node))
                ? Filter.Refusal.lasting(taken)
                : Optional.empty();
    }
}
