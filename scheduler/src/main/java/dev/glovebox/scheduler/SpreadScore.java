package dev.glovebox.scheduler;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Nodes in domains with few of a pod's fellows are better: kube-scheduler's PodTopologySpread, the
/// constraints that only advise.
final class SpreadScore implements Score {
    private final Snapshot snapshot;
    private final Pod pod;
    private final List<SpreadConstraint> constraints;

    /// Whether the constraints are the pod's own: then a node has to have all their labels.
    private final boolean own;

    SpreadScore(Snapshot snapshot, Pod pod) {
        this.snapshot = snapshot;
        this.pod = pod;
        this.own = !pod.getSpec().getTopologySpreadConstraints().isEmpty();
        this.constraints =
                own
                        ? SpreadConstraint.of(pod, "ScheduleAnyway")
                        : snapshot.around()
                                .fellows(pod)
                                .map(SpreadConstraint::usual)
                                .orElse(List.of());
    }

    @Override
    public long[] of(List<NodeState> nodes) {
        long[] scores = new long[nodes.size()];
        if (constraints.isEmpty()) {
            return scores;
        }
        List<NodeState> counting = nodes.stream().filter(this::counts).toList();
        double[] crowds = new double[nodes.size()];
        for (SpreadConstraint constraint : constraints) {
            addCrowds(constraint, nodes, counting, crowds);
        }
        long least = Long.MAX_VALUE;
        long most = 0;
        for (int i = 0; i < crowds.length; i++) {
            if (counts(nodes.get(i))) {
                least = Math.min(least, Math.round(crowds[i]));
                most = Math.max(most, Math.round(crowds[i]));
            }
        }
        for (int i = 0; i < scores.length; i++) {
            if (counts(nodes.get(i))) {
                scores[i] = most == 0 ? BEST : BEST * (most + least - Math.round(crowds[i])) / most;
            }
        }
        return scores;
    }

    private boolean counts(NodeState node) {
        return !own || SpreadConstraint.allHave(constraints, node);
    }

    private void addCrowds(
            SpreadConstraint constraint,
            List<NodeState> nodes,
            List<NodeState> counting,
            double[] crowds) {
        boolean byNode = constraint.key().equals(SpreadConstraint.HOSTNAME);
        Map<String, Long> byDomain = byNode ? Map.of() : byDomain(constraint, counting);
        int domains = byNode ? counting.size() : byDomain.size();
        // Many small domains weigh more than few large ones, whose counts are higher anyway.
        double weight = Math.log(domains + 2.0);
        for (int i = 0; i < crowds.length; i++) {
            NodeState node = nodes.get(i);
            String domain = node.labels().get(constraint.key());
            if (domain != null && counts(node)) {
                long count =
                        byNode ? constraint.countOn(node, pod) : byDomain.getOrDefault(domain, 0L);
                crowds[i] += count * weight + constraint.maxSkew() - 1;
            }
        }
    }

    /// Pods by domain, of the domains that some of the nodes are in.
    private Map<String, Long> byDomain(SpreadConstraint constraint, List<NodeState> counting) {
        Map<String, Long> counts = new HashMap<>();
        for (NodeState node : counting) {
            counts.put(node.labels().getOrDefault(constraint.key(), ""), 0L);
        }
        for (NodeState node : snapshot.nodes()) {
            String domain = node.labels().getOrDefault(constraint.key(), "");
            if (counts.containsKey(domain) && counts(node) && constraint.includes(node, pod)) {
                counts.merge(domain, (long) constraint.countOn(node, pod), Long::sum);
            }
        }
        return counts;
    }
}
