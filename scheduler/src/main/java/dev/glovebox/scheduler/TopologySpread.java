package dev.glovebox.scheduler;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Keeps a pod off nodes where its fellows would lie too unevenly: kube-scheduler's
/// PodTopologySpread, the constraints that are obeyed.
final class TopologySpread implements Filter {
    private static final String REASON = "node(s) didn't match pod topology spread constraints";

    private final List<SpreadConstraint> constraints;

    /// By constraint, how many pods count in each domain.
    private final List<Map<String, Integer>> counts = new ArrayList<>();

    TopologySpread(Snapshot snapshot, Pod pod) {
        constraints = SpreadConstraint.of(pod, "DoNotSchedule");
        for (SpreadConstraint constraint : constraints) {
            Map<String, Integer> byDomain = new HashMap<>();
            for (NodeState node : snapshot.nodes()) {
                if (SpreadConstraint.allHave(constraints, node) && constraint.includes(node, pod)) {
                    byDomain.merge(
                            node.labels().get(constraint.key()),
                            constraint.countOn(node, pod),
                            Integer::sum);
                }
            }
            counts.add(byDomain);
        }
    }

    @Override
    public Optional<Refusal> refuse(NodeState node) {
        for (int i = 0; i < constraints.size(); i++) {
            SpreadConstraint constraint = constraints.get(i);
            String domain = node.labels().get(constraint.key());
            if (domain == null) {
                return Refusal.lasting(REASON + " (missing required label)");
            }
            Map<String, Integer> byDomain = counts.get(i);
            int least =
                    byDomain.size() < constraint.minDomains()
                            ? 0
                            : byDomain.values().stream().min(Integer::compare).orElse(0);
            int there = byDomain.getOrDefault(domain, 0) + (constraint.self() ? 1 : 0);
            if (there - least > constraint.maxSkew()) {
                return Refusal.curable(REASON);
            }
        }
        return Optional.empty();
    }
}
