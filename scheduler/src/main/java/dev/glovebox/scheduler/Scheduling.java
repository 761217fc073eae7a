package dev.glovebox.scheduler;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Taint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/// Chooses a node for a pod: filters, scores, and says in kube-scheduler's words why none will do.
/// Pure. The filters and their order are kube-scheduler's NodeUnschedulable, TaintToleration,
/// NodeAffinity, NodePorts and NodeResourcesFit, the score its LeastAllocated; pods are never
/// preempted.
public final class Scheduling {
    /// What LeastAllocated counts for a pod that requests none: a tenth of a core and 200 MiB, of
    /// kube-scheduler's `pkg/scheduler/util`.
    private static final Map<String, Long> USUAL =
            Map.of(Requests.CPU, 100L, Requests.MEMORY, 200L << 20);

    private static final int BEST = 100;

    private Scheduling() {}

    /// The placement of a pod that has none. Of several equally good nodes the first by name.
    public static Placement decide(Snapshot snapshot, Pod pod) {
        if (snapshot.nodes().isEmpty()) {
            return new Placement.Unschedulable("no nodes available to schedule pods");
        }
        Map<String, Integer> reasons = new TreeMap<>();
        List<Node> fitting = new ArrayList<>();
        for (Node node : snapshot.nodes()) {
            List<String> against = reasonsAgainst(node, snapshot.podsOn(name(node)), pod);
            if (against.isEmpty()) {
                fitting.add(node);
            }
            against.forEach(reason -> reasons.merge(reason, 1, Integer::sum));
        }
        Optional<Node> best =
                fitting.stream()
                        .max(
                                Comparator.<Node>comparingLong(node ->
                                                score(node, snapshot.podsOn(name(node)), pod))
                                        .thenComparing(
                                                Scheduling::name, Comparator.reverseOrder()));
        return best.<Placement>map(node -> new Placement.Assigned(name(node)))
                .orElseGet(() -> unschedulable(snapshot.nodes().size(), reasons));
    }

    private static Placement unschedulable(int nodes, Map<String, Integer> reasons) {
        List<String> counted =
                reasons.entrySet().stream()
                        .map(reason -> reason.getValue() + " " + reason.getKey())
                        .sorted()
                        .toList();
        return new Placement.Unschedulable(
                "0/%d nodes are available: %s.".formatted(nodes, String.join(", ", counted)));
    }

    /// What the first filter that refuses the node says; empty when none does.
    private static List<String> reasonsAgainst(Node node, List<Pod> others, Pod pod) {
        if (Boolean.TRUE.equals(node.getSpec().getUnschedulable())
                && !Taints.isTolerated(
                        Taints.noSchedule(Taints.UNSCHEDULABLE), pod.getSpec().getTolerations())) {
            return List.of("node(s) were unschedulable");
        }
        Optional<Taint> taint = Taints.untolerated(node, pod.getSpec().getTolerations());
        if (taint.isPresent()) {
            return List.of(
                    "node(s) had untolerated taint {%s: %s}"
                            .formatted(
                                    taint.get().getKey(),
                                    Objects.requireNonNullElse(taint.get().getValue(), "")));
        }
        if (!NodeMatch.matches(pod, node)) {
            return List.of("node(s) didn't match Pod's node affinity/selector");
        }
        if (!HostPorts.areFree(pod, others)) {
            return List.of("node(s) didn't have free ports for the requested pod ports");
        }
        return lacking(node, others, pod);
    }

    private static List<String> lacking(Node node, List<Pod> others, Pod pod) {
        Requests allocatable = Requests.of(node.getStatus().getAllocatable());
        Requests taken = taken(others);
        Requests wanted = Requests.of(pod);
        List<String> reasons = new ArrayList<>();
        wanted.amounts()
                .forEach((name, amount) -> {
                    long free = allocatable.amount(name) - taken.amount(name);
                    if (amount > 0 && amount > free) {
                        reasons.add(
                                name.equals(Requests.PODS)
                                        ? "Too many pods"
                                        : "Insufficient " + name);
                    }
                });
        return reasons;
    }

    private static Requests taken(List<Pod> pods) {
        return pods.stream().map(Requests::of).reduce(Requests.NONE, Requests::plus);
    }

    private static long score(Node node, List<Pod> others, Pod pod) {
        Requests allocatable = Requests.of(node.getStatus().getAllocatable());
        long sum = 0;
        for (String name : USUAL.keySet()) {
            long capacity = allocatable.amount(name);
            long used = usual(name, pod);
            for (Pod other : others) {
                used += usual(name, other);
            }
            sum += capacity == 0 || used > capacity ? 0 : (capacity - used) * BEST / capacity;
        }
        return sum / USUAL.size();
    }

    private static long usual(String name, Pod pod) {
        long requested = Requests.of(pod).amount(name);
        return requested == 0 ? USUAL.getOrDefault(name, 0L) : requested;
    }

    private static String name(Node node) {
        return node.getMetadata().getName();
    }
}
