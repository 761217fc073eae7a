package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Rules about what an admission webhook is called for. Source: `admissionregistration/validation`.
final class WebhookRuleRules {
    private static final List<String> OPERATIONS =
            List.of("*", "CONNECT", "CREATE", "DELETE", "UPDATE");
    private static final List<String> SCOPES = List.of("*", "Cluster", "Namespaced");

    private WebhookRuleRules() {}

    static void check(JsonNode rule, Path path, FieldErrors errors) {
        JsonNode operations = rule.path("operations");
        some(operations, path.field("operations"), "operations", errors);
        for (int i = 0; i < operations.size(); i++) {
            String operation = operations.get(i).asText();
            if (!OPERATIONS.contains(operation)) {
                errors.unsupported(path.field("operations").index(i), operation, OPERATIONS);
            }
        }
        some(rule.path("apiGroups"), path.field("apiGroups"), "API groups", errors);
        some(rule.path("apiVersions"), path.field("apiVersions"), "API versions", errors);
        for (int i = 0; i < rule.path("apiVersions").size(); i++) {
            if (rule.path("apiVersions").get(i).asText().isEmpty()) {
                errors.required(path.field("apiVersions").index(i), "");
            }
        }
        resources(rule.path("resources"), path.field("resources"), errors);
        if (rule.has("scope") && !SCOPES.contains(rule.path("scope").asText())) {
            errors.unsupported(path.field("scope"), rule.path("scope"), SCOPES);
        }
    }

    /// At least one, and everything alone.
    private static void some(JsonNode list, Path path, String what, FieldErrors errors) {
        if (list.isEmpty()) {
            errors.required(path, "");
        }
        if (list.size() > 1 && has(list, "*")) {
            errors.invalid(path, list, "if '*' is present, must not specify other " + what);
        }
    }

    private static boolean has(JsonNode list, String wanted) {
        boolean found = false;
        for (JsonNode each : list) {
            found |= each.asText().equals(wanted);
        }
        return found;
    }

    private static void resources(JsonNode resources, Path path, FieldErrors errors) {
        if (resources.isEmpty()) {
            errors.required(path, "");
        }
        Set<String> whole = new HashSet<>();
        Set<String> everywhere = new HashSet<>();
        boolean bare = false;
        for (int i = 0; i < resources.size(); i++) {
            String resource = resources.get(i).asText();
            if (resource.isEmpty()) {
                errors.required(path.index(i), "");
                continue;
            }
            String[] parts = resource.split("/", 2);
            if (parts.length == 1) {
                bare = !resource.equals("*");
                continue;
            }
            String besides = "if '%s' is present, must not specify " + resource;
            if (whole.contains(parts[0])) {
                errors.invalid(path.index(i), resource, besides.formatted(parts[0] + "/*"));
            }
            if (everywhere.contains(parts[1])) {
                errors.invalid(path.index(i), resource, besides.formatted("*/" + parts[1]));
            }
            if (parts[1].equals("*")) {
                whole.add(parts[0]);
            }
            if (parts[0].equals("*")) {
                everywhere.add(parts[1]);
            }
        }
        if (resources.size() > 1 && has(resources, "*/*")) {
            errors.invalid(
                    path, resources, "if '*/*' is present, must not specify other resources");
        }
        if (has(resources, "*") && bare) {
            errors.invalid(
                    path,
                    resources,
                    "if '*' is present, must not specify other resources without subresources");
        }
    }
}
