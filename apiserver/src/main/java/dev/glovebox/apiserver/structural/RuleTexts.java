package dev.glovebox.apiserver.structural;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.Path;
import java.util.List;

/// What can be said of `x-kubernetes-validations` without compiling a rule.
final class RuleTexts {
    private static final List<String> REASONS =
            List.of(
                    "FieldValueDuplicate",
                    "FieldValueForbidden",
                    "FieldValueInvalid",
                    "FieldValueRequired");

    private RuleTexts() {}

    static void check(JsonNode schema, Path path, FieldErrors errors) {
        JsonNode rules = schema.path("x-kubernetes-validations");
        for (int i = 0; i < rules.size(); i++) {
            rule(schema, rules.get(i), path.field("x-kubernetes-validations").index(i), errors);
        }
    }

    private static void rule(JsonNode schema, JsonNode rule, Path path, FieldErrors errors) {
        String text = rule.path("rule").asText().strip();
        String message = rule.path("message").asText();
        if (text.isEmpty()) {
            errors.required(path.field("rule"), "rule is not specified");
        } else if (!message.isEmpty() && message.isBlank()) {
            errors.invalid(path.field("message"), message, "must be non-empty if specified");
        } else if (breaksLine(message.strip())) {
            errors.invalid(path.field("message"), message, "must not contain line breaks");
        } else if (breaksLine(text) && message.isBlank()) {
            errors.required(
                    path.field("message"),
                    "message must be specified if rule contains line breaks");
        }
        String expression = rule.path("messageExpression").asText();
        if (!expression.isEmpty() && expression.isBlank()) {
            errors.required(
                    path.field("messageExpression"),
                    "messageExpression must be non-empty if specified");
        }
        if (rule.has("reason") && !REASONS.contains(rule.path("reason").asText())) {
            errors.unsupported(path.field("reason"), rule.path("reason").asText(), REASONS);
        }
        fieldPath(schema, rule.path("fieldPath").asText(), path.field("fieldPath"), errors);
    }

    private static void fieldPath(
            JsonNode schema, String fieldPath, Path path, FieldErrors errors) {
        if (fieldPath.isEmpty()) {
            return;
        }
        if (fieldPath.isBlank()) {
            errors.invalid(path, fieldPath, "must be non-empty if specified");
        }
        if (breaksLine(fieldPath)) {
            errors.invalid(path, fieldPath, "must not contain line breaks");
        }
        try {
            FieldPath.parse(fieldPath, schema, FieldPath.Notation.ANY);
        } catch (IllegalArgumentException e) {
            errors.invalid(path, fieldPath, "must be a valid path");
        }
    }

    private static boolean breaksLine(String text) {
        return text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0;
    }
}
