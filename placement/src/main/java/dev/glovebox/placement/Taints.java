package dev.glovebox.placement;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which taint of a node keeps a pod away. A node's conditions count as the taints that Kubernetes'
/// node controller derives from them, whether or not somebody set those.
public final class Taints {
    /// Of a node that `kubectl cordon` closed.
    public static final String UNSCHEDULABLE = "node.kubernetes.io/unschedulable";

    private static final String NOT_READY = "node.kubernetes.io/not-ready";
    private static final String UNREACHABLE = "node.kubernetes.io/unreachable";
    private static final Map<String, String> OF_TRUE_CONDITIONS =
            Map.of(
                    "MemoryPressure", "node.kubernetes.io/memory-pressure",
                    "DiskPressure", "node.kubernetes.io/disk-pressure",
                    "PIDPressure", "node.kubernetes.io/pid-pressure",
                    "NetworkUnavailable", "node.kubernetes.io/network-unavailable");

    private static final String NO_SCHEDULE = "NoSchedule";
    private static final String ADVISING = "PreferNoSchedule";
    private static final String NO_EXECUTE = "NoExecute";
    private static final Set<String> REPELLING = Set.of(NO_SCHEDULE, NO_EXECUTE);

    private Taints() {}

    /// The first taint that keeps a pod with these tolerations off the node.
    public static Optional<Taint> untolerated(Node node, List<Toleration> tolerations) {
        List<Taint> taints = new ArrayList<>(node.getSpec().getTaints());
        taints.addAll(derived(node));
        return taints.stream()
                .filter(taint -> REPELLING.contains(taint.getEffect()))
                .filter(taint -> !isTolerated(taint, tolerations))
                .findFirst();
    }

    /// Whether a pod with these tolerations may not be on the node at all, not even where nobody
    /// schedules it.
    public static boolean drivesOut(Node node, List<Toleration> tolerations) {
        return node.getSpec().getTaints().stream()
                .filter(taint -> NO_EXECUTE.equals(taint.getEffect()))
                .anyMatch(taint -> !isTolerated(taint, tolerations));
    }

    /// How many taints advise against the node and are not tolerated.
    public static long advising(Node node, List<Toleration> tolerations) {
        List<Toleration> relevant =
                tolerations.stream()
                        .filter(each ->
                                text(each.getEffect()).isEmpty()
                                        || ADVISING.equals(each.getEffect()))
                        .toList();
        return node.getSpec().getTaints().stream()
                .filter(taint -> ADVISING.equals(taint.getEffect()))
                .filter(taint -> !isTolerated(taint, relevant))
                .count();
    }

    /// Whether one of the tolerations covers that taint.
    public static boolean isTolerated(Taint taint, List<Toleration> tolerations) {
        return tolerations.stream().anyMatch(toleration -> covers(toleration, taint));
    }

    /// A taint that forbids new pods.
    public static Taint noSchedule(String key) {
        return new Taint(NO_SCHEDULE, key, null, null);
    }

    private static List<Taint> derived(Node node) {
        List<Taint> taints = new ArrayList<>();
        String ready = "Unknown";
        for (NodeCondition condition : node.getStatus().getConditions()) {
            if (condition.getType().equals("Ready")) {
                ready = condition.getStatus();
            }
            String key = OF_TRUE_CONDITIONS.get(condition.getType());
            if (key != null && condition.getStatus().equals("True")) {
                taints.add(noSchedule(key));
            }
        }
        if (!ready.equals("True")) {
            taints.addFirst(noSchedule(ready.equals("False") ? NOT_READY : UNREACHABLE));
        }
        return taints;
    }

    /// Whether a toleration is of that taint.
    public static boolean covers(Toleration toleration, Taint taint) {
        String effect = text(toleration.getEffect());
        String key = text(toleration.getKey());
        if (!effect.isEmpty() && !effect.equals(taint.getEffect())) {
            return false;
        }
        if (!key.isEmpty() && !key.equals(taint.getKey())) {
            return false;
        }
        return switch (text(toleration.getOperator())) {
            case "Exists" -> true;
            case "", "Equal" ->
                    !key.isEmpty() && text(toleration.getValue()).equals(text(taint.getValue()));
            default -> false;
        };
    }

    private static String text(@Nullable String value) {
        return Objects.requireNonNullElse(value, "");
    }
}
