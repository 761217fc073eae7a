package dev.glovebox.scheduler;

import dev.glovebox.placement.NodeMatch;
import dev.glovebox.placement.Taints;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.List;

/// Which of the nodes that a pod may go to is best: the scores of kube-scheduler's default profile
/// with their weights.
final class Ranking {
    private record Weighted(int weight, Score score) {}

    private final List<Weighted> scores = new ArrayList<>();

    Ranking(Snapshot snapshot, Pod pod) {
        add(
                3,
                Score.each(node -> Taints.advising(node.node(), pod.getSpec().getTolerations()))
                        .stretched()
                        .reversed());
        add(2, Score.each(node -> NodeMatch.preference(pod, node.node())).stretched());
        add(2, new SpreadScore(snapshot, pod));
        add(2, new AffinityScore(snapshot, pod));
        add(1, Score.each(node -> Resources.leastAllocated(node, pod)));
        if (Resources.countsForBalance(pod)) {
            add(1, Score.each(node -> Resources.balanced(node, pod)));
        }
        add(1, new ImageScore(snapshot, pod));
    }

    private void add(int weight, Score score) {
        scores.add(new Weighted(weight, score));
    }

    /// The best of some nodes, at least one; of equals the first.
    NodeState best(List<NodeState> nodes) {
        if (nodes.size() == 1) {
            return nodes.getFirst();
        }
        long[] sums = new long[nodes.size()];
        for (Weighted each : scores) {
            long[] some = each.score().of(nodes);
            for (int i = 0; i < sums.length; i++) {
                sums[i] += each.weight() * some[i];
            }
        }
        int best = 0;
        for (int i = 1; i < sums.length; i++) {
            best = sums[i] > sums[best] ? i : best;
        }
        return nodes.get(best);
    }
}
