package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/// Rules about PriorityClasses, PodDisruptionBudgets and Leases.
public final class PolicyRules {
    private static final int HIGHEST_PRIORITY = 1_000_000_000;
    private static final String SYSTEM = "system-";
    private static final List<String> PREEMPTION = List.of("PreemptLowerPriority", "Never");
    private static final List<String> EVICTION = List.of("AlwaysAllow", "IfHealthyBudget");
    private static final String FIXED = "may not be changed in an update.";

    private PolicyRules() {}

    /// Rules for a PriorityClass, whether new or changed.
    public static void priorityClass(JsonNode object, FieldErrors errors) {
        String name = object.path("metadata").path("name").asText();
        long value = object.path("value").asLong();
        if (name.startsWith(SYSTEM)) {
            if (!isKnownSystemClass(object)) {
                errors.forbidden(
                        Path.of("metadata.name"),
                        "priority class names with '"
                                + SYSTEM
                                + "' prefix are reserved for system use only. error: "
                                + name
                                + " is not a known system priority class");
            }
        } else if (value > HIGHEST_PRIORITY) {
            errors.forbidden(
                    Path.of("value"),
                    "maximum allowed value of a user defined priority is " + HIGHEST_PRIORITY);
        }
        String policy = object.path("preemptionPolicy").asText();
        if (!PREEMPTION.contains(policy)) {
            errors.unsupported(Path.of("preemptionPolicy"), policy, PREEMPTION);
        }
    }

    private static boolean isKnownSystemClass(JsonNode object) {
        long value = object.path("value").asLong();
        return switch (object.path("metadata").path("name").asText()) {
            case "system-cluster-critical" -> value == 2 * (long) HIGHEST_PRIORITY;
            case "system-node-critical" -> value == 2 * (long) HIGHEST_PRIORITY + 1000;
            default -> false;
        };
    }

    /// What must not change of a PriorityClass.
    public static void priorityClassUpdate(JsonNode object, JsonNode old, FieldErrors errors) {
        if (!object.path("value").equals(old.path("value"))) {
            errors.forbidden(Path.of("value"), FIXED);
        }
        errors.immutable(
                Path.of("preemptionPolicy"),
                object.path("preemptionPolicy"),
                old.path("preemptionPolicy"));
    }

    /// Rules for a PodDisruptionBudget, whether new or changed.
    public static void budget(JsonNode budget, FieldErrors errors) {
        JsonNode spec = budget.path("spec");
        Path path = Path.of("spec");
        if (spec.has("minAvailable") && spec.has("maxUnavailable")) {
            errors.invalid(path, spec, "minAvailable and maxUnavailable cannot be both set");
        }
        for (String field : List.of("minAvailable", "maxUnavailable")) {
            IntOrPercent.check(spec.path(field), path.field(field), errors);
            IntOrPercent.atMostAll(spec.path(field), path.field(field), errors);
        }
        SelectorRules.check(spec.path("selector"), path.field("selector"), errors);
        String eviction = spec.path("unhealthyPodEvictionPolicy").asText();
        if (!eviction.isEmpty() && !EVICTION.contains(eviction)) {
            errors.unsupported(path.field("unhealthyPodEvictionPolicy"), eviction, EVICTION);
        }
    }

    /// Rules for the status of a PodDisruptionBudget.
    public static void budgetStatus(JsonNode budget, FieldErrors errors) {
        for (String field :
                List.of("disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods")) {
            errors.nonNegative(Path.of("status").field(field), budget.path("status").path(field));
        }
    }

    /// Rules for a Lease, whether new or changed.
    public static void lease(JsonNode lease, FieldErrors errors) {
        JsonNode spec = lease.path("spec");
        Path path = Path.of("spec");
        if (spec.has("leaseDurationSeconds") && spec.path("leaseDurationSeconds").asLong() <= 0) {
            errors.invalid(
                    path.field("leaseDurationSeconds"),
                    spec.path("leaseDurationSeconds"),
                    "must be greater than 0");
        }
        errors.nonNegative(path.field("leaseTransitions"), spec.path("leaseTransitions"));
    }
}
