package dev.glovebox.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What a label selector picks. Source: `metav1.LabelSelectorAsSelector`.
public final class Selectors {
    private Selectors() {}

    /// What a selector picks: nothing where there is none, everything where it asks for nothing.
    public static Predicate<HasMetadata> of(@Nullable LabelSelector selector) {
        if (selector == null) {
            return object -> false;
        }
        Predicate<HasMetadata> labels = ofLabels(selector.getMatchLabels());
        return object ->
                labels.test(object)
                        && selector.getMatchExpressions().stream()
                                .allMatch(each -> matches(each, labels(object)));
    }

    /// Whatever has all of these labels.
    public static Predicate<HasMetadata> ofLabels(@Nullable Map<String, String> wanted) {
        return object -> wanted == null || labels(object).entrySet().containsAll(wanted.entrySet());
    }

    /// An object's labels; empty where it has none.
    public static Map<String, String> labels(HasMetadata object) {
        Map<String, String> labels = object.getMetadata().getLabels();
        return labels == null ? Map.of() : labels;
    }

    private static boolean matches(LabelSelectorRequirement wanted, Map<String, String> labels) {
        boolean there = labels.containsKey(wanted.getKey());
        boolean listed = there && wanted.getValues().contains(labels.get(wanted.getKey()));
        return switch (wanted.getOperator()) {
            case "In" -> listed;
            case "NotIn" -> !listed;
            case "Exists" -> there;
            case "DoesNotExist" -> !there;
            // An operator that nobody knows picks nothing: no pod is taken by mistake.
            default -> false;
        };
    }
}
