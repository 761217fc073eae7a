package dev.glovebox.scheduler;

import dev.glovebox.placement.NodeMatch;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Chooses a node for a pod: filters, scores, and says in kube-scheduler's words why none will do,
/// and who would have to leave. Pure. Filters, scores and weights are those of kube-scheduler's
/// default profile, but for limits of volumes and for devices; of equally good nodes it takes the
/// first by name.
public final class Scheduling {
    private Scheduling() {}

    /// The placement of a pod that has none.
    public static Placement decide(Snapshot snapshot, Pod pod) {
        if (snapshot.nodes().isEmpty()) {
            return new Placement.Unschedulable("no nodes available to schedule pods", false);
        }
        Optional<Set<String>> named = NodeMatch.names(pod);
        if (named.isPresent() && named.get().isEmpty()) {
            return afterPreemption(snapshot, pod, Map.of(), "pod affinity terms conflict");
        }
        Optional<String> amiss = Fit.refusal(snapshot, pod);
        if (amiss.isPresent()) {
            return afterPreemption(snapshot, pod, Map.of(), amiss.get());
        }
        Fit fit = new Fit(snapshot, pod);
        List<NodeState> fitting = new ArrayList<>();
        Map<NodeState, Filter.Refusal> refused = new LinkedHashMap<>();
        for (NodeState node : snapshot.nodes()) {
            Optional<Filter.Refusal> refusal =
                    named.isPresent() && !named.get().contains(node.name())
                            ? Filter.Refusal.lasting(
                                    "node(s) didn't satisfy plugin(s) [NodeAffinity]")
                            : fit.refusal(node);
            refusal.ifPresentOrElse(reason -> refused.put(node, reason), () -> fitting.add(node));
        }
        return fitting.isEmpty()
                ? afterPreemption(snapshot, pod, refused, counted(refused.values()))
                : placed(chosen(snapshot, pod, fitting), fit);
    }

    private static Placement placed(NodeState node, Fit fit) {
        VolumePlan volumes = fit.volumes(node);
        return volumes.isEmpty()
                ? new Placement.Assigned(node.name())
                : new Placement.Waiting(node.name(), volumes);
    }

    /// A node that was freed for the pod comes first.
    private static NodeState chosen(Snapshot snapshot, Pod pod, List<NodeState> fitting) {
        return fitting.stream()
                .filter(node -> node.name().equals(Snapshot.nomination(pod)))
                .findFirst()
                .orElseGet(() -> new Ranking(snapshot, pod).best(fitting));
    }

    private static Placement afterPreemption(
            Snapshot snapshot, Pod pod, Map<NodeState, Filter.Refusal> refused, String why) {
        String message = "0/%d nodes are available: %s.".formatted(snapshot.nodes().size(), why);
        return switch (Preemption.plan(snapshot, pod, refused)) {
            case Preemption.Outcome.Victims(NodeState node, List<Pod> victims) ->
                    new Placement.Preempting(node.name(), victims, message);
            case Preemption.Outcome.NotEligible(String reason) ->
                    new Placement.Unschedulable(message + " preemption: " + reason, true);
            case Preemption.Outcome.NoHelp(var reasons) ->
                    new Placement.Unschedulable(
                            "%s preemption: 0/%d nodes are available: %s."
                                    .formatted(message, snapshot.nodes().size(), counted(reasons)),
                            false);
        };
    }

    private static String counted(Iterable<Filter.Refusal> refusals) {
        Map<String, Integer> counts = new TreeMap<>();
        for (Filter.Refusal refusal : refusals) {
            refusal.reasons().forEach(reason -> counts.merge(reason, 1, Integer::sum));
        }
        return String.join(
                ", ",
                counts.entrySet().stream()
                        .map(reason -> reason.getValue() + " " + reason.getKey())
                        .sorted()
                        .toList());
    }
}
