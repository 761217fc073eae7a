package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Rules about ResourceQuotas. Source: `core/validation`, `ValidateResourceQuota`.
public final class QuotaRules {
    private static final Set<String> COMPUTE =
            Set.of(
                    "cpu",
                    "memory",
                    "limits.cpu",
                    "limits.memory",
                    "requests.cpu",
                    "requests.memory");
    private static final Set<String> VALUELESS =
            Set.of(
                    "BestEffort",
                    "NotBestEffort",
                    "Terminating",
                    "NotTerminating",
                    "CrossNamespacePodAffinity");
    private static final Path SPEC = Path.of("spec");

    private QuotaRules() {}

    /// Rules for a quota, whether new or changed.
    public static void check(JsonNode quota, FieldErrors errors) {
        JsonNode spec = quota.path("spec");
        amounts(spec.path("hard"), SPEC.field("hard"), errors);
        JsonNode scopes = spec.path("scopes");
        Set<String> hard = new TreeSet<>();
        spec.path("hard").properties().forEach(each -> hard.add(each.getKey()));
        for (JsonNode scope : scopes) {
            if (!isScope(scope.asText())) {
                errors.invalid(SPEC.field("scopes"), scopes, "unsupported scope");
            }
            applied(scope.asText(), hard, SPEC.field("scopes"), scopes, errors);
        }
        conflicting(scopes, SPEC.field("scopes"), scopes, errors);
        selector(spec, hard, errors);
        checkStatus(quota, errors);
    }

    /// Rules for a status.
    public static void checkStatus(JsonNode quota, FieldErrors errors) {
        JsonNode status = quota.path("status");
        Path path = Path.of("status");
        amounts(status.path("hard"), path.field("hard"), errors);
        amounts(status.path("used"), path.field("used"), errors);
    }

    /// What must not change: the scopes.
    public static void checkUpdate(JsonNode quota, JsonNode old, FieldErrors errors) {
        JsonNode scopes = quota.path("spec").path("scopes");
        if (!texts(scopes).equals(texts(old.path("spec").path("scopes")))) {
            errors.invalid(SPEC.field("scopes"), scopes, "field is immutable");
        }
    }

    private static void amounts(JsonNode amounts, Path path, FieldErrors errors) {
        for (var amount : amounts.properties()) {
            Path at = path.key(amount.getKey());
            ResourceNames.checkQuota(amount.getKey(), at, errors);
            ResourceNames.checkAmount(amount.getKey(), amount.getValue(), at, errors);
        }
    }

    private static void selector(JsonNode spec, Set<String> hard, FieldErrors errors) {
        JsonNode selector = spec.path("scopeSelector");
        Path path = SPEC.field("scopeSelector").field("matchExpressions");
        Set<String> scopes = new TreeSet<>();
        for (JsonNode requirement : selector.path("matchExpressions")) {
            String scope = requirement.path("scopeName").asText();
            if (!isScope(scope)) {
                errors.invalid(path.field("scopeName"), scope, "unsupported scope");
            }
            applied(scope, hard, path, selector, errors);
            requirement(requirement, scope, path, errors);
            scopes.add(scope);
        }
        conflicting(scopes, path, spec.path("scopes"), errors);
    }

    private static void requirement(
            JsonNode requirement, String scope, Path path, FieldErrors errors) {
        String operator = requirement.path("operator").asText();
        JsonNode values = requirement.path("values");
        if (VALUELESS.contains(scope) && !operator.equals("Exists")) {
            errors.invalid(
                    path.field("operator"),
                    operator,
                    "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity");
        }
        switch (operator) {
            case "In", "NotIn" -> {
                if (values.isEmpty()) {
                    errors.required(
                            path.field("values"),
                            "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector");
                }
            }
            case "Exists", "DoesNotExist" -> {
                if (!values.isEmpty()) {
                    errors.invalid(
                            path.field("values"),
                            values,
                            "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector");
                }
            }
            default ->
                    errors.invalid(
                            path.field("operator"), operator, "not a valid selector operator");
        }
    }

    private static void applied(
            String scope, Set<String> hard, Path path, JsonNode shown, FieldErrors errors) {
        for (String name : hard) {
            if (ResourceNames.isQuota(name) && !applies(scope, name)) {
                errors.invalid(path, shown, "unsupported scope applied to resource");
            }
        }
    }

    private static boolean applies(String scope, String name) {
        return switch (scope) {
            case "BestEffort" -> name.equals("pods");
            case "Terminating",
                    "NotTerminating",
                    "NotBestEffort",
                    "PriorityClass",
                    "CrossNamespacePodAffinity" ->
                    name.equals("pods") || COMPUTE.contains(name);
            case "VolumeAttributesClass" ->
                    List.of("persistentvolumeclaims", "requests.storage").contains(name);
            default -> true;
        };
    }

    private static boolean isScope(String scope) {
        return VALUELESS.contains(scope)
                || List.of("PriorityClass", "VolumeAttributesClass").contains(scope);
    }

    private static void conflicting(
            JsonNode scopes, Path path, JsonNode shown, FieldErrors errors) {
        conflicting(texts(scopes), path, shown, errors);
    }

    private static void conflicting(
            Set<String> scopes, Path path, JsonNode shown, FieldErrors errors) {
        for (String scope : List.of("BestEffort", "Terminating")) {
            if (scopes.contains(scope) && scopes.contains("Not" + scope)) {
                errors.invalid(path, shown, "conflicting scopes");
            }
        }
    }

    private static Set<String> texts(JsonNode list) {
        Set<String> texts = new TreeSet<>();
        list.forEach(each -> texts.add(each.asText()));
        return texts;
    }
}
