package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/// Rules about roles and what binds them to users. Source: `rbac/validation`.
public final class AccessRules {
    private static final String GROUP = "rbac.authorization.k8s.io";
    private static final List<String> SUBJECTS = List.of("ServiceAccount", "User", "Group");

    private AccessRules() {}

    /// Rules for a Role, whether new or changed.
    public static void role(JsonNode role, FieldErrors errors) {
        rules(role.path("rules"), "namespaced rules", errors);
    }

    /// Rules for a ClusterRole, whether new or changed.
    public static void clusterRole(JsonNode role, FieldErrors errors) {
        rules(role.path("rules"), "", errors);
        JsonNode aggregation = role.path("aggregationRule");
        Path path = Path.of("aggregationRule.clusterRoleSelectors");
        JsonNode selectors = aggregation.path("clusterRoleSelectors");
        if (aggregation.isObject() && selectors.isEmpty()) {
            errors.required(
                    path,
                    "at least one clusterRoleSelector required if aggregationRule is" + " non-nil");
        }
        for (int i = 0; i < selectors.size(); i++) {
            SelectorRules.check(selectors.get(i), path.index(i), errors);
        }
    }

    /// @param bound what may not name paths; empty where paths are allowed
    private static void rules(JsonNode rules, String bound, FieldErrors errors) {
        for (int i = 0; i < rules.size(); i++) {
            rule(rules.get(i), Path.of("rules").index(i), bound, errors);
        }
    }

    private static void rule(JsonNode rule, Path path, String bound, FieldErrors errors) {
        if (rule.path("verbs").isEmpty()) {
            errors.required(path.field("verbs"), "verbs must contain at least one value");
        }
        JsonNode paths = rule.path("nonResourceURLs");
        if (!paths.isEmpty()) {
            if (!bound.isEmpty()) {
                errors.invalid(
                        path.field("nonResourceURLs"),
                        paths,
                        bound + " cannot apply to non-resource URLs");
            }
            if (!rule.path("apiGroups").isEmpty()
                    || !rule.path("resources").isEmpty()
                    || !rule.path("resourceNames").isEmpty()) {
                errors.invalid(
                        path.field("nonResourceURLs"),
                        paths,
                        "rules cannot apply to both regular resources and non-resource URLs");
            }
            return;
        }
        if (rule.path("apiGroups").isEmpty()) {
            errors.required(
                    path.field("apiGroups"), "resource rules must supply at least one api group");
        }
        if (rule.path("resources").isEmpty()) {
            errors.required(
                    path.field("resources"), "resource rules must supply at least one resource");
        }
    }

    /// Rules for a RoleBinding, whether new or changed.
    public static void roleBinding(JsonNode binding, FieldErrors errors) {
        binding(binding, List.of("Role", "ClusterRole"), errors);
    }

    /// Rules for a ClusterRoleBinding, whether new or changed.
    public static void clusterRoleBinding(JsonNode binding, FieldErrors errors) {
        binding(binding, List.of("ClusterRole"), errors);
    }

    private static void binding(JsonNode binding, List<String> roles, FieldErrors errors) {
        JsonNode role = binding.path("roleRef");
        Path path = Path.of("roleRef");
        String group = role.path("apiGroup").asText();
        if (!group.equals(GROUP)) {
            errors.unsupported(path.field("apiGroup"), group, List.of(GROUP));
        }
        String kind = role.path("kind").asText();
        if (!roles.contains(kind)) {
            errors.unsupported(path.field("kind"), kind, roles);
        }
        String name = role.path("name").asText();
        if (name.isEmpty()) {
            errors.required(path.field("name"), "");
        } else {
            errors.invalid(path.field("name"), name, Words.pathSegment(name));
        }
        JsonNode subjects = binding.path("subjects");
        boolean namespaced = roles.contains("Role");
        for (int i = 0; i < subjects.size(); i++) {
            subject(subjects.get(i), Path.of("subjects").index(i), namespaced ? 1 : 0, errors);
        }
    }

    /// @param namespaces how many the binding itself has
    private static void subject(JsonNode subject, Path path, int namespaces, FieldErrors errors) {
        String name = subject.path("name").asText();
        if (name.isEmpty()) {
            errors.required(path.field("name"), "");
        }
        String group = subject.path("apiGroup").asText();
        switch (subject.path("kind").asText()) {
            case "ServiceAccount" -> {
                if (!name.isEmpty()) {
                    errors.invalid(path.field("name"), name, Words.subdomain(name));
                }
                if (!group.isEmpty()) {
                    errors.unsupported(path.field("apiGroup"), group, List.of(""));
                }
                if (namespaces == 0 && subject.path("namespace").asText().isEmpty()) {
                    errors.required(path.field("namespace"), "");
                }
            }
            case "User", "Group" -> {
                if (!group.equals(GROUP)) {
                    errors.unsupported(path.field("apiGroup"), group, List.of(GROUP));
                }
            }
            default ->
                    errors.unsupported(path.field("kind"), subject.path("kind").asText(), SUBJECTS);
        }
    }

    /// A binding to another role is another binding.
    public static void sameRole(JsonNode binding, JsonNode old, FieldErrors errors) {
        if (!binding.path("roleRef").equals(old.path("roleRef"))) {
            errors.invalid(Path.of("roleRef"), binding.path("roleRef"), "cannot change roleRef");
        }
    }
}
