package dev.glovebox.apiserver.webhooks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.apiserver.admission.Operation;
import java.util.ArrayList;
import java.util.List;

/// What a webhook is called for. Source: `RuleWithOperations` of `admissionregistration.k8s.io/v1`.
///
/// @param operations names of operations, or `*`
/// @param groups API groups, or `*`
/// @param versions or `*`
/// @param resources plurals with or without a subresource behind a slash; `*` for all
/// @param scope `Namespaced`, `Cluster` or `*`
record WebhookRule(
        List<String> operations,
        List<String> groups,
        List<String> versions,
        List<String> resources,
        String scope) {
    private static final String ANY = "*";

    static List<WebhookRule> all(JsonNode rules) {
        List<WebhookRule> all = new ArrayList<>();
        for (JsonNode rule : rules) {
            all.add(
                    new WebhookRule(
                            texts(rule.path("operations")),
                            texts(rule.path("apiGroups")),
                            texts(rule.path("apiVersions")),
                            texts(rule.path("resources")),
                            rule.path("scope").asText(ANY)));
        }
        return List.copyOf(all);
    }

    static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(each -> texts.add(each.asText()));
        return List.copyOf(texts);
    }

    /// Whether the rule is about what is done to a target.
    ///
    /// @param namespace empty for what is in none
    boolean matches(Operation operation, Target target, String namespace) {
        return inScope(target, namespace)
                && has(operations, operation.name())
                && has(groups, target.group())
                && has(versions, target.version())
                && resources.stream().anyMatch(each -> isOf(each, target));
    }

    /// Namespaces themselves are in none.
    private boolean inScope(Target target, String namespace) {
        boolean outside = target.isNamespaces() || namespace.isEmpty();
        return switch (scope) {
            case ANY -> true;
            case "Cluster" -> outside;
            case "Namespaced" -> !outside;
            default -> false;
        };
    }

    private static boolean has(List<String> items, String wanted) {
        return items.contains(ANY) || items.contains(wanted);
    }

    private static boolean isOf(String given, Target target) {
        String[] parts = given.split("/", 2);
        String subresource = parts.length > 1 ? parts[1] : "";
        return (parts[0].equals(ANY) || parts[0].equals(target.resource()))
                && (subresource.equals(ANY) || subresource.equals(target.subresource()));
    }
}
