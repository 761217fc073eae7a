package dev.glovebox.scheduler;

import dev.glovebox.cluster.Selectors;
import dev.glovebox.placement.NodeMatch;
import dev.glovebox.placement.Taints;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

/// One of a pod's topology spread constraints. Source: KEP-895, KEP-3094 and KEP-3243.
///
/// @param key label of nodes whose values are the domains
/// @param counted the pods that are to lie evenly, in the pod's namespace
/// @param self whether the pod is one of them
/// @param honorsAffinity whether only nodes that the pod selects count
/// @param honorsTaints whether only nodes that the pod tolerates count
record SpreadConstraint(
        String key,
        Predicate<HasMetadata> counted,
        boolean self,
        int maxSkew,
        int minDomains,
        boolean honorsAffinity,
        boolean honorsTaints) {
    static final String HOSTNAME = "kubernetes.io/hostname";
    private static final String ZONE = "topology.kubernetes.io/zone";

    /// The pod's own constraints of one kind.
    ///
    /// @param unsatisfiable `DoNotSchedule` or `ScheduleAnyway`
    static List<SpreadConstraint> of(Pod pod, String unsatisfiable) {
        return pod.getSpec().getTopologySpreadConstraints().stream()
                .filter(each -> unsatisfiable.equals(each.getWhenUnsatisfiable()))
                .map(each -> of(pod, each))
                .toList();
    }

    /// The constraints that hold, without force, for a pod that names none.
    static List<SpreadConstraint> usual(Predicate<HasMetadata> fellows) {
        return List.of(
                new SpreadConstraint(HOSTNAME, fellows, true, 3, 1, true, false),
                new SpreadConstraint(ZONE, fellows, true, 5, 1, true, false));
    }

    private static SpreadConstraint of(Pod pod, TopologySpreadConstraint constraint) {
        LabelSelector selector = constraint.getLabelSelector();
        Predicate<HasMetadata> own = Selectors.of(selector);
        Map<String, String> labels = Selectors.labels(pod);
        List<String> shared =
                constraint.getMatchLabelKeys().stream().filter(labels::containsKey).toList();
        Predicate<HasMetadata> picked =
                other ->
                        own.test(other)
                                && shared.stream()
                                        .allMatch(key ->
                                                Objects.equals(
                                                        labels.get(key),
                                                        Selectors.labels(other).get(key)));
        return new SpreadConstraint(
                constraint.getTopologyKey(),
                // A selector that asks for nothing counts nobody, but the pod for itself.
                shared.isEmpty() && asksNothing(selector) ? _ -> false : picked,
                picked.test(pod),
                constraint.getMaxSkew(),
                Objects.requireNonNullElse(constraint.getMinDomains(), 1),
                !"Ignore".equals(constraint.getNodeAffinityPolicy()),
                "Honor".equals(constraint.getNodeTaintsPolicy()));
    }

    private static boolean asksNothing(LabelSelector selector) {
        return selector != null
                && (selector.getMatchLabels() == null || selector.getMatchLabels().isEmpty())
                && selector.getMatchExpressions().isEmpty();
    }

    static boolean allHave(List<SpreadConstraint> constraints, NodeState node) {
        return constraints.stream().allMatch(each -> node.labels().containsKey(each.key()));
    }

    /// Whether a node counts for a pod.
    boolean includes(NodeState node, Pod pod) {
        return (!honorsAffinity || NodeMatch.matches(pod, node.node()))
                && (!honorsTaints
                        || Taints.untolerated(node.node(), pod.getSpec().getTolerations())
                                .isEmpty());
    }

    /// How many pods of a node count.
    int countOn(NodeState node, Pod pod) {
        return (int)
                node.pods().stream()
                        .filter(other -> other.getMetadata().getDeletionTimestamp() == null)
                        .filter(other ->
                                Objects.equals(
                                        other.getMetadata().getNamespace(),
                                        pod.getMetadata().getNamespace()))
                        .filter(counted)
                        .count();
    }
}
