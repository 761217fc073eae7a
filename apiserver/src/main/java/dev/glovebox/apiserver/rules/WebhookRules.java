package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// Rules about the configurations of admission webhooks. Source:
/// `admissionregistration/validation`.
public final class WebhookRules {
    private static final List<String> FAILURE_POLICIES = List.of("Fail", "Ignore");
    private static final List<String> MATCH_POLICIES = List.of("Equivalent", "Exact");
    private static final List<String> SIDE_EFFECTS = List.of("None", "NoneOnDryRun");
    private static final List<String> REINVOCATIONS = List.of("IfNeeded", "Never");
    private static final List<String> REVIEWS = List.of("v1", "v1beta1");
    private static final int LEAST_SEGMENTS = 3;
    private static final int LONGEST_TIMEOUT = 30;
    private static final int MOST_CONDITIONS = 64;

    private final Function<String, Optional<String>> expressions;

    /// @param expressions says what is wrong with the expression of a condition, if anything is
    public WebhookRules(Function<String, Optional<String>> expressions) {
        this.expressions = expressions;
    }

    /// Rules for a configuration, whether new or changed, of either kind.
    public void check(JsonNode configuration, FieldErrors errors) {
        JsonNode webhooks = configuration.path("webhooks");
        Set<String> names = new HashSet<>();
        for (int i = 0; i < webhooks.size(); i++) {
            Path path = Path.of("webhooks").index(i);
            webhook(webhooks.get(i), path, errors);
            String name = webhooks.get(i).path("name").asText();
            if (!name.isEmpty() && !names.add(name)) {
                errors.duplicate(path.field("name"), name);
            }
        }
    }

    private void webhook(JsonNode webhook, Path path, FieldErrors errors) {
        name(webhook.path("name").asText(), path.field("name"), errors);
        JsonNode rules = webhook.path("rules");
        for (int i = 0; i < rules.size(); i++) {
            WebhookRuleRules.check(rules.get(i), path.field("rules").index(i), errors);
        }
        oneOf(webhook, "failurePolicy", FAILURE_POLICIES, path, errors);
        oneOf(webhook, "matchPolicy", MATCH_POLICIES, path, errors);
        if (!webhook.has("sideEffects")) {
            errors.required(
                    path.field("sideEffects"),
                    "must specify one of " + String.join(", ", SIDE_EFFECTS));
        }
        oneOf(webhook, "sideEffects", SIDE_EFFECTS, path, errors);
        JsonNode timeout = webhook.path("timeoutSeconds");
        if (timeout.isNumber() && (timeout.asLong() < 1 || timeout.asLong() > LONGEST_TIMEOUT)) {
            errors.invalid(
                    path.field("timeoutSeconds"),
                    timeout,
                    "the timeout value must be between 1 and 30 seconds");
        }
        for (String selector : List.of("namespaceSelector", "objectSelector")) {
            SelectorRules.check(webhook.path(selector), path.field(selector), errors);
        }
        oneOf(webhook, "reinvocationPolicy", REINVOCATIONS, path, errors);
        ClientConfigRules.check(webhook.path("clientConfig"), path.field("clientConfig"), errors);
        conditions(webhook.path("matchConditions"), path.field("matchConditions"), errors);
        reviews(
                webhook.path("admissionReviewVersions"),
                path.field("admissionReviewVersions"),
                errors);
    }

    private static void name(String name, Path path, FieldErrors errors) {
        if (name.isEmpty()) {
            errors.required(path, "");
            return;
        }
        List<String> wrong = Words.subdomain(name);
        if (!wrong.isEmpty()) {
            errors.invalid(path, name, String.join(",", wrong));
        } else if (name.split("\\.", -1).length < LEAST_SEGMENTS) {
            errors.invalid(
                    path,
                    name,
                    "should be a domain with at least three segments separated by dots");
        }
    }

    private static void oneOf(
            JsonNode webhook, String field, List<String> values, Path path, FieldErrors errors) {
        if (webhook.has(field) && !values.contains(webhook.path(field).asText())) {
            errors.unsupported(path.field(field), webhook.path(field), values);
        }
    }

    private void conditions(JsonNode conditions, Path path, FieldErrors errors) {
        if (conditions.size() > MOST_CONDITIONS) {
            errors.tooMany(path, conditions.size(), MOST_CONDITIONS);
            return;
        }
        Set<String> names = new HashSet<>();
        for (int i = 0; i < conditions.size(); i++) {
            String expression = conditions.get(i).path("expression").asText().strip();
            Path at = path.index(i);
            if (expression.isEmpty()) {
                errors.required(at.field("expression"), "");
            } else {
                expressions
                        .apply(expression)
                        .ifPresent(
                                wrong -> errors.invalid(at.field("expression"), expression, wrong));
            }
            String name = conditions.get(i).path("name").asText();
            if (name.isEmpty()) {
                errors.required(at.field("name"), "");
                continue;
            }
            errors.invalid(at.field("name"), name, Words.qualifiedName(name));
            if (!names.add(name)) {
                errors.duplicate(at.field("name"), name);
            }
        }
    }

    private static void reviews(JsonNode versions, Path path, FieldErrors errors) {
        if (versions.isEmpty()) {
            errors.required(path, "must specify one of " + String.join(", ", REVIEWS));
            return;
        }
        List<String> seen = new ArrayList<>();
        for (int i = 0; i < versions.size(); i++) {
            String version = versions.get(i).asText();
            if (seen.contains(version)) {
                errors.invalid(path.index(i), version, "duplicate version");
                continue;
            }
            seen.add(version);
            errors.invalid(path.index(i), version, Words.serviceName(version));
        }
        if (REVIEWS.stream().noneMatch(seen::contains)) {
            errors.invalid(
                    path, versions, "must include at least one of " + String.join(", ", REVIEWS));
        }
    }
}
