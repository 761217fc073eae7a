package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;

/// Rules about label selectors. Source: apimachinery's `meta/v1/validation`.
public final class SelectorRules {
    private SelectorRules() {}

    /// Rules for a selector with `matchLabels` and `matchExpressions`.
    public static void check(JsonNode selector, Path path, FieldErrors errors) {
        MetaRules.labels(selector.path("matchLabels"), path.field("matchLabels"), errors);
        JsonNode expressions = selector.path("matchExpressions");
        for (int i = 0; i < expressions.size(); i++) {
            requirement(expressions.get(i), path.field("matchExpressions").index(i), errors);
        }
    }

    /// Whether a selector asks for nothing.
    public static boolean isEmpty(JsonNode selector) {
        return selector.path("matchLabels").isEmpty()
                && selector.path("matchExpressions").isEmpty();
    }

    /// Whether the selector selects something with these labels; a selector that is absent does
    /// not.
    public static boolean matches(JsonNode selector, JsonNode labels) {
        if (!selector.isObject()) {
            return false;
        }
        for (var wanted : selector.path("matchLabels").properties()) {
            if (!labels.path(wanted.getKey()).equals(wanted.getValue())) {
                return false;
            }
        }
        for (JsonNode requirement : selector.path("matchExpressions")) {
            if (!meets(requirement, labels.path(requirement.path("key").asText()))) {
                return false;
            }
        }
        return true;
    }

    private static boolean meets(JsonNode requirement, JsonNode label) {
        boolean listed = false;
        for (JsonNode value : requirement.path("values")) {
            listed |= value.equals(label);
        }
        return switch (requirement.path("operator").asText()) {
            case "In" -> listed;
            case "NotIn" -> !listed;
            case "Exists" -> !label.isMissingNode();
            case "DoesNotExist" -> label.isMissingNode();
            default -> false;
        };
    }

    private static void requirement(JsonNode requirement, Path path, FieldErrors errors) {
        JsonNode values = requirement.path("values");
        String operator = requirement.path("operator").asText();
        switch (operator) {
            case "In", "NotIn" -> {
                if (values.isEmpty()) {
                    errors.required(
                            path.field("values"),
                            "must be specified when `operator` is 'In' or 'NotIn'");
                }
            }
            case "Exists", "DoesNotExist" -> {
                if (!values.isEmpty()) {
                    errors.forbidden(
                            path.field("values"),
                            "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
                }
            }
            default ->
                    errors.invalid(
                            path.field("operator"), operator, "not a valid selector operator");
        }
        String key = requirement.path("key").asText();
        errors.invalid(path.field("key"), key, Words.qualifiedName(key));
        for (int i = 0; i < values.size(); i++) {
            String value = values.get(i).asText();
            errors.invalid(path.field("values").index(i), value, Words.labelValue(value));
        }
    }
}
