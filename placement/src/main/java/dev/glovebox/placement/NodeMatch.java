package dev.glovebox.placement;

import dev.glovebox.cluster.Selectors;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeSelector;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PreferredSchedulingTerm;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Whether a pod's node selector and its required node affinity let it onto a node.
public final class NodeMatch {
    private static final String NAME = "metadata.name";

    private NodeMatch() {}

    /// Whether they do.
    public static boolean matches(Pod pod, Node node) {
        Map<String, String> labels = Selectors.labels(node);
        Map<String, String> selector =
                Objects.requireNonNullElse(pod.getSpec().getNodeSelector(), Map.of());
        if (!labels.entrySet().containsAll(selector.entrySet())) {
            return false;
        }
        NodeSelector required = required(pod);
        return required == null
                || required.getNodeSelectorTerms().stream()
                        .anyMatch(term -> matches(term, node, labels));
    }

    /// Whether a selector picks nodes with those labels, whatever their names are.
    public static boolean matches(NodeSelector selector, Map<String, String> labels) {
        Node nameless = new NodeBuilder().withNewMetadata().withName("").endMetadata().build();
        return selector.getNodeSelectorTerms().stream()
                .anyMatch(term -> matches(term, nameless, labels));
    }

    /// The nodes to which a pod's required affinity binds it by their names; empty if it does not.
    /// No names mean that it contradicts itself.
    public static Optional<Set<String>> names(Pod pod) {
        NodeSelector required = required(pod);
        if (required == null || required.getNodeSelectorTerms().isEmpty()) {
            return Optional.empty();
        }
        Set<String> names = new HashSet<>();
        for (NodeSelectorTerm term : required.getNodeSelectorTerms()) {
            List<NodeSelectorRequirement> named =
                    term.getMatchFields().stream()
                            .filter(field -> field.getKey().equals(NAME))
                            .filter(field -> field.getOperator().equals("In"))
                            .toList();
            if (named.isEmpty()) {
                return Optional.empty();
            }
            Set<String> common = new HashSet<>(named.getFirst().getValues());
            named.forEach(field -> common.retainAll(field.getValues()));
            names.addAll(common);
        }
        return Optional.of(names);
    }

    /// How much a pod would like to be on a node: the weights of the preferences that it meets.
    public static long preference(Pod pod, Node node) {
        var affinity = pod.getSpec().getAffinity();
        var nodeAffinity = affinity == null ? null : affinity.getNodeAffinity();
        if (nodeAffinity == null) {
            return 0;
        }
        Map<String, String> labels = Selectors.labels(node);
        return nodeAffinity.getPreferredDuringSchedulingIgnoredDuringExecution().stream()
                .filter(term -> matches(term.getPreference(), node, labels))
                .mapToLong(PreferredSchedulingTerm::getWeight)
                .sum();
    }

    private static @Nullable NodeSelector required(Pod pod) {
        var affinity = pod.getSpec().getAffinity();
        var nodeAffinity = affinity == null ? null : affinity.getNodeAffinity();
        return nodeAffinity == null
                ? null
                : nodeAffinity.getRequiredDuringSchedulingIgnoredDuringExecution();
    }

    /// An empty term matches no node.
    private static boolean matches(NodeSelectorTerm term, Node node, Map<String, String> labels) {
        List<NodeSelectorRequirement> expressions = term.getMatchExpressions();
        List<NodeSelectorRequirement> fields = term.getMatchFields();
        Map<String, String> names = Map.of(NAME, node.getMetadata().getName());
        return !(expressions.isEmpty() && fields.isEmpty())
                && expressions.stream().allMatch(expression -> matches(expression, labels))
                && fields.stream().allMatch(field -> matches(field, names));
    }

    private static boolean matches(
            NodeSelectorRequirement requirement, Map<String, String> labels) {
        String value = labels.get(requirement.getKey());
        return switch (requirement.getOperator()) {
            case "In" -> value != null && requirement.getValues().contains(value);
            case "NotIn" -> value == null || !requirement.getValues().contains(value);
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            case "Gt" -> compare(value, requirement) > 0;
            case "Lt" -> compare(value, requirement) < 0;
            default -> false;
        };
    }

    /// How a label compares to a requirement's only value, both whole numbers; 0 where one is not.
    private static int compare(@Nullable String value, NodeSelectorRequirement requirement) {
        if (value == null || requirement.getValues().size() != 1) {
            return 0;
        }
        try {
            return Long.compare(
                    Long.parseLong(value), Long.parseLong(requirement.getValues().getFirst()));
        } catch (NumberFormatException notANumber) {
            return 0;
        }
    }
}
