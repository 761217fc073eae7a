package dev.glovebox.scheduler;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Nodes near the pods that a pod would like to be near to are better, and those near to others
/// worse; and the other way round for what the pods there would like: kube-scheduler's
/// InterPodAffinity.
final class AffinityScore implements Score {
    private final Pod pod;
    private final Surroundings around;
    private final List<AffinityTerm> liked;
    private final List<AffinityTerm> disliked;

    /// By label and value of nodes.
    private final Map<String, Map<String, Long>> sums = new HashMap<>();

    AffinityScore(Snapshot snapshot, Pod pod) {
        this.pod = pod;
        this.around = snapshot.around();
        this.liked = AffinityTerm.preferred(pod);
        this.disliked = AffinityTerm.preferredAgainst(pod);
        for (NodeState node : snapshot.nodes()) {
            node.pods().forEach(other -> note(node, other));
        }
    }

    private void note(NodeState node, Pod other) {
        add(node, liked, other, 1);
        add(node, disliked, other, -1);
        add(node, AffinityTerm.required(other), pod, 1);
        add(node, AffinityTerm.preferred(other), pod, 1);
        add(node, AffinityTerm.preferredAgainst(other), pod, -1);
    }

    private void add(NodeState node, List<AffinityTerm> terms, Pod target, int sign) {
        for (AffinityTerm term : terms) {
            String value = node.labels().get(term.key());
            if (value != null && term.matches(target, around)) {
                sums.computeIfAbsent(term.key(), _ -> new HashMap<>())
                        .merge(value, (long) sign * term.weight(), Long::sum);
            }
        }
    }

    @Override
    public long[] of(List<NodeState> nodes) {
        long[] scores = nodes.stream().mapToLong(this::sum).toArray();
        long least = Long.MAX_VALUE;
        long most = Long.MIN_VALUE;
        for (long score : scores) {
            least = Math.min(least, score);
            most = Math.max(most, score);
        }
        for (int i = 0; i < scores.length; i++) {
            scores[i] =
                    most == least
                            ? 0
                            : (long) (BEST * ((double) (scores[i] - least) / (most - least)));
        }
        return scores;
    }

    private long sum(NodeState node) {
        long sum = 0;
        for (var label : sums.entrySet()) {
            String value = node.labels().get(label.getKey());
            sum += value == null ? 0 : label.getValue().getOrDefault(value, 0L);
        }
        return sum;
    }
}
