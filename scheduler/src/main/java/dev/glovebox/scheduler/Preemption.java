package dev.glovebox.scheduler;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Who would have to leave which node, so that a pod of higher priority fits: as few and as
/// unimportant pods as possible, and none that a PodDisruptionBudget keeps where that can be
/// avoided. Pure. Source: kube-scheduler's DefaultPreemption.
final class Preemption {
    /// The condition of a pod that has to leave, and its reason.
    static final String DISRUPTED = "DisruptionTarget";

    static final String REASON = "PreemptionByScheduler";

    private static final Filter.Refusal NOT_HELPFUL =
            new Filter.Refusal(List.of("Preemption is not helpful for scheduling"), false);
    private static final Filter.Refusal NOBODY =
            new Filter.Refusal(List.of("No preemption victims found for incoming pod"), false);

    /// What can be done for a pod that fits nowhere.
    sealed interface Outcome {
        /// The pods that leave that node, the most important first.
        record Victims(NodeState node, List<Pod> pods) implements Outcome {}

        /// Nobody leaves for this pod, now or ever.
        record NotEligible(String reason) implements Outcome {}

        /// On each node, why it does not help.
        record NoHelp(List<Filter.Refusal> reasons) implements Outcome {}
    }

    private record Candidate(NodeState node, List<Pod> victims, int violations) {}

    private final Snapshot snapshot;
    private final Pod pod;

    private Preemption(Snapshot snapshot, Pod pod) {
        this.snapshot = snapshot;
        this.pod = pod;
    }

    /// @param refused why the pod may not go to a node as things are, by node
    static Outcome plan(Snapshot snapshot, Pod pod, Map<NodeState, Filter.Refusal> refused) {
        return new Preemption(snapshot, pod).plan(refused);
    }

    private Outcome plan(Map<NodeState, Filter.Refusal> refused) {
        if ("Never".equals(pod.getSpec().getPreemptionPolicy())) {
            return new Outcome.NotEligible("not eligible due to preemptionPolicy=Never.");
        }
        if (isWaitingForVictims(refused)) {
            return new Outcome.NotEligible(
                    "not eligible due to a terminating pod on the nominated node.");
        }
        List<Candidate> candidates = new ArrayList<>();
        List<Filter.Refusal> reasons = new ArrayList<>();
        for (NodeState node : snapshot.nodes()) {
            Filter.Refusal refusal = refused.get(node);
            if (refusal == null || !refusal.curable()) {
                reasons.add(NOT_HELPFUL);
            } else {
                tryOn(node, candidates, reasons);
            }
        }
        return candidates.stream()
                .min(preferred())
                .<Outcome>map(best -> new Outcome.Victims(best.node(), best.victims()))
                .orElseGet(() -> new Outcome.NoHelp(reasons));
    }

    /// Whether pods are on their way out of the node that is meant for this one.
    private boolean isWaitingForVictims(Map<NodeState, Filter.Refusal> refused) {
        return snapshot.nodes().stream()
                .filter(node -> node.name().equals(Snapshot.nomination(pod)))
                .filter(node -> refused.containsKey(node) && refused.get(node).curable())
                .flatMap(node -> node.pods().stream())
                .filter(this::isLessImportant)
                .anyMatch(Preemption::isLeaving);
    }

    private boolean isLessImportant(Pod other) {
        return Snapshot.priority(other) < Snapshot.priority(pod);
    }

    private static boolean isLeaving(Pod victim) {
        return victim.getMetadata().getDeletionTimestamp() != null
                && victim.getStatus().getConditions().stream()
                        .filter(condition -> condition.getType().equals(DISRUPTED))
                        .anyMatch(Preemption::isPreemption);
    }

    private static boolean isPreemption(PodCondition condition) {
        return condition.getStatus().equals("True") && REASON.equals(condition.getReason());
    }

    /// Takes all away who may go, and lets as many as possible come back.
    private void tryOn(NodeState node, List<Candidate> candidates, List<Filter.Refusal> reasons) {
        List<Pod> leaving =
                node.pods().stream().filter(this::isLessImportant).sorted(importance()).toList();
        if (leaving.isEmpty()) {
            reasons.add(NOBODY);
            return;
        }
        NodeState left = node.without(leaving);
        Optional<Filter.Refusal> still = refusal(left);
        if (still.isPresent()) {
            reasons.add(still.get());
            return;
        }
        Budgets.Split split = Budgets.split(leaving, snapshot.around().budgets());
        List<Pod> victims = new ArrayList<>();
        left = readmit(left, split.violating(), victims);
        int violations = victims.size();
        readmit(left, split.others(), victims);
        victims.sort(importance());
        candidates.add(new Candidate(node, victims, violations));
    }

    private NodeState readmit(NodeState node, List<Pod> leaving, List<Pod> victims) {
        NodeState now = node;
        for (Pod each : leaving) {
            NodeState again = now.with(List.of(each));
            if (refusal(again).isPresent()) {
                victims.add(each);
            } else {
                now = again;
            }
        }
        return now;
    }

    private Optional<Filter.Refusal> refusal(NodeState node) {
        return new Fit(snapshot.with(node), pod).refusal(node);
    }

    /// Fewest broken budgets, then the least important of the most important victims, the smallest
    /// sum of priorities, the fewest victims, and the victims that started last.
    private static Comparator<Candidate> preferred() {
        return Comparator.comparingInt(Candidate::violations)
                .thenComparingInt(candidate -> Snapshot.priority(candidate.victims().getFirst()))
                .thenComparingLong(Preemption::sumOfPriorities)
                .thenComparingInt(candidate -> candidate.victims().size())
                .thenComparing(Preemption::earliestStart, Comparator.reverseOrder());
    }

    /// Each counts from the lowest priority that there is, so that no victim lightens the sum.
    private static long sumOfPriorities(Candidate candidate) {
        return candidate.victims().stream()
                .mapToLong(victim -> (long) Snapshot.priority(victim) - Integer.MIN_VALUE)
                .sum();
    }

    /// When the first of the most important victims started.
    private static Instant earliestStart(Candidate candidate) {
        int most = Snapshot.priority(candidate.victims().getFirst());
        return candidate.victims().stream()
                .filter(victim -> Snapshot.priority(victim) == most)
                .map(Preemption::start)
                .min(Comparator.naturalOrder())
                .orElse(Instant.MAX);
    }

    /// The more important first; of equals the one that started first.
    private static Comparator<Pod> importance() {
        return Comparator.<Pod>comparingInt(Snapshot::priority)
                .reversed()
                .thenComparing(Preemption::start);
    }

    /// One that has not started is as one that starts now.
    private static Instant start(Pod pod) {
        String time = pod.getStatus() == null ? null : pod.getStatus().getStartTime();
        return time == null ? Instant.MAX : Instant.parse(time);
    }
}
