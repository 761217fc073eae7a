package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/// Rules about affinity to nodes and to other pods.
final class AffinityRules {
    private static final String REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
    private static final String PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution";

    private AffinityRules() {}

    static void check(JsonNode affinity, Path path, FieldErrors errors) {
        if (affinity.has("nodeAffinity")) {
            node(affinity.path("nodeAffinity"), path.field("nodeAffinity"), errors);
        }
        for (String kind : List.of("podAffinity", "podAntiAffinity")) {
            pods(affinity.path(kind), path.field(kind), errors);
        }
    }

    private static void node(JsonNode affinity, Path path, FieldErrors errors) {
        if (affinity.has(REQUIRED)) {
            selector(affinity.path(REQUIRED), path.field(REQUIRED), errors);
        }
        JsonNode preferred = affinity.path(PREFERRED);
        for (int i = 0; i < preferred.size(); i++) {
            Path at = path.field(PREFERRED).index(i);
            weight(preferred.get(i), at, errors);
            term(preferred.get(i).path("preference"), at.field("preference"), errors);
        }
    }

    /// Rules for a selector of nodes.
    static void selector(JsonNode selector, Path path, FieldErrors errors) {
        JsonNode terms = selector.path("nodeSelectorTerms");
        Path at = path.field("nodeSelectorTerms");
        if (terms.isEmpty()) {
            errors.required(at, "must have at least one node selector term");
        }
        for (int i = 0; i < terms.size(); i++) {
            term(terms.get(i), at.index(i), errors);
        }
    }

    private static void term(JsonNode term, Path path, FieldErrors errors) {
        for (String list : List.of("matchExpressions", "matchFields")) {
            JsonNode requirements = term.path(list);
            for (int i = 0; i < requirements.size(); i++) {
                requirement(requirements.get(i), path.field(list).index(i), errors);
            }
        }
    }

    private static void requirement(JsonNode requirement, Path path, FieldErrors errors) {
        int values = requirement.path("values").size();
        String operator = requirement.path("operator").asText();
        switch (operator) {
            case "In", "NotIn" -> {
                if (values == 0) {
                    errors.required(
                            path.field("values"),
                            "must be specified when `operator` is 'In' or 'NotIn'");
                }
            }
            case "Exists", "DoesNotExist" -> {
                if (values > 0) {
                    errors.forbidden(
                            path.field("values"),
                            "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
                }
            }
            case "Gt", "Lt" -> {
                if (values != 1) {
                    errors.required(
                            path.field("values"),
                            "must be specified single value when `operator` is 'Lt' or 'Gt'");
                }
            }
            default ->
                    errors.invalid(
                            path.field("operator"), operator, "not a valid selector operator");
        }
        String key = requirement.path("key").asText();
        errors.invalid(path.field("key"), key, Words.qualifiedName(key));
    }

    private static void pods(JsonNode affinity, Path path, FieldErrors errors) {
        JsonNode required = affinity.path(REQUIRED);
        for (int i = 0; i < required.size(); i++) {
            topology(required.get(i), path.field(REQUIRED).index(i), errors);
        }
        JsonNode preferred = affinity.path(PREFERRED);
        for (int i = 0; i < preferred.size(); i++) {
            Path at = path.field(PREFERRED).index(i);
            weight(preferred.get(i), at, errors);
            topology(preferred.get(i).path("podAffinityTerm"), at.field("podAffinityTerm"), errors);
        }
    }

    private static void topology(JsonNode term, Path path, FieldErrors errors) {
        LabelKeyRules.check(term, path, errors);
        String key = term.path("topologyKey").asText();
        if (key.isEmpty()) {
            errors.required(path.field("topologyKey"), "can not be empty");
        }
        errors.invalid(path.field("topologyKey"), key, Words.qualifiedName(key));
    }

    private static void weight(JsonNode preference, Path path, FieldErrors errors) {
        long weight = preference.path("weight").asLong();
        if (weight < 1 || weight > 100) {
            errors.invalid(
                    path.field("weight"), preference.path("weight"), "must be in the range 1-100");
        }
    }
}
