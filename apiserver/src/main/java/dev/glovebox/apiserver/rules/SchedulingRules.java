package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Rules about where a pod may run.
public final class SchedulingRules {
    private static final List<String> OPERATORS = List.of("Equal", "Exists");
    private static final List<String> EFFECTS =
            List.of("NoSchedule", "PreferNoSchedule", "NoExecute");
    private static final String STRICTLY = "DoNotSchedule";
    private static final List<String> SPREADS = List.of(STRICTLY, "ScheduleAnyway");
    private static final List<String> INCLUSIONS = List.of("Honor", "Ignore");

    private SchedulingRules() {}

    static void check(JsonNode spec, Path path, FieldErrors errors) {
        MetaRules.labels(spec.path("nodeSelector"), path.field("nodeSelector"), errors);
        tolerations(spec.path("tolerations"), path.field("tolerations"), errors);
        AffinityRules.check(spec.path("affinity"), path.field("affinity"), errors);
        spread(
                spec.path("topologySpreadConstraints"),
                path.field("topologySpreadConstraints"),
                errors);
        Set<String> gates = new HashSet<>();
        Path at = path.field("schedulingGates");
        for (int i = 0; i < spec.path("schedulingGates").size(); i++) {
            String name = spec.path("schedulingGates").get(i).path("name").asText();
            errors.invalid(at.index(i), name, Words.qualifiedName(name));
            if (!gates.add(name)) {
                errors.duplicate(at.index(i), name);
            }
        }
    }

    /// Rules for a list of tolerations.
    public static void tolerations(JsonNode tolerations, Path path, FieldErrors errors) {
        for (int i = 0; i < tolerations.size(); i++) {
            toleration(tolerations.get(i), path.index(i), errors);
        }
    }

    private static void toleration(JsonNode toleration, Path path, FieldErrors errors) {
        String key = toleration.path("key").asText();
        String operator = toleration.path("operator").asText();
        String value = toleration.path("value").asText();
        String effect = toleration.path("effect").asText();
        if (!key.isEmpty()) {
            errors.invalid(path.field("key"), key, Words.qualifiedName(key));
        } else if (!operator.equals("Exists")) {
            errors.invalid(
                    path.field("operator"),
                    operator,
                    "operator must be Exists when `key` is empty, which means \"match all values"
                            + " and all keys\"");
        }
        if (toleration.has("tolerationSeconds") && !effect.equals("NoExecute")) {
            errors.invalid(
                    path.field("effect"),
                    effect,
                    "effect must be 'NoExecute' when `tolerationSeconds` is set");
        }
        switch (operator) {
            case "Equal", "" ->
                    errors.invalid(path.field("operator"), value, Words.labelValue(value));
            case "Exists" -> {
                if (!value.isEmpty()) {
                    errors.invalid(
                            path.field("operator"),
                            value,
                            "value must be empty when `operator` is 'Exists'");
                }
            }
            default -> errors.unsupported(path.field("operator"), operator, OPERATORS);
        }
        if (!effect.isEmpty() && !EFFECTS.contains(effect)) {
            errors.unsupported(path.field("effect"), effect, EFFECTS);
        }
    }

    private static void spread(JsonNode constraints, Path path, FieldErrors errors) {
        for (int i = 0; i < constraints.size(); i++) {
            JsonNode constraint = constraints.get(i);
            Path at = path.index(i);
            if (constraint.path("maxSkew").asLong() <= 0) {
                errors.invalid(
                        at.field("maxSkew"),
                        constraint.path("maxSkew"),
                        "must be greater than zero");
            }
            if (constraint.path("topologyKey").asText().isEmpty()) {
                errors.required(at.field("topologyKey"), "can not be empty");
            }
            LabelKeyRules.check(constraint, at, errors);
            domains(constraint, at, errors);
            String otherwise = constraint.path("whenUnsatisfiable").asText();
            if (!SPREADS.contains(otherwise)) {
                errors.unsupported(at.field("whenUnsatisfiable"), otherwise, SPREADS);
            }
        }
    }

    /// Which domains a constraint counts.
    private static void domains(JsonNode constraint, Path path, FieldErrors errors) {
        for (String field : List.of("nodeAffinityPolicy", "nodeTaintsPolicy")) {
            String policy = constraint.path(field).asText();
            if (constraint.has(field) && !INCLUSIONS.contains(policy)) {
                errors.unsupported(path.field(field), policy, INCLUSIONS);
            }
        }
        if (!constraint.has("minDomains")) {
            return;
        }
        JsonNode least = constraint.path("minDomains");
        if (least.asLong() <= 0) {
            errors.invalid(path.field("minDomains"), least, "must be greater than zero");
        }
        String otherwise = constraint.path("whenUnsatisfiable").asText();
        if (!otherwise.equals(STRICTLY)) {
            errors.invalid(
                    path.field("minDomains"),
                    least,
                    "can only use minDomains if whenUnsatisfiable=DoNotSchedule, not " + otherwise);
        }
    }
}
