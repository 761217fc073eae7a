package dev.glovebox.apiserver.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.kinds.ObjectLookup;
import dev.glovebox.apiserver.rules.SelectorRules;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Who was granted what, by all roles and bindings at one moment. Immutable.
public final class Grants {
    private static final String GROUP = "rbac.authorization.k8s.io";

    /// @param text what it is and of which role, in Kubernetes' words
    /// @param subjects to whom
    private record Binding(String text, List<Subject> subjects, List<PolicyRule> rules) {
        boolean isFor(User user) {
            return subject(user).isPresent();
        }

        Optional<Subject> subject(User user) {
            return subjects.stream().filter(subject -> subject.is(user)).findFirst();
        }
    }

    /// @param kind `User`, `Group`, or a service account as the user that it is
    /// @param text as reasons name it
    private record Subject(String kind, String name, String text) {
        static Subject of(JsonNode subject, String bindingNamespace) {
            String kind = subject.path("kind").asText();
            String name = subject.path("name").asText();
            if (!kind.equals("ServiceAccount")) {
                return new Subject(kind, name, "%s \"%s\"".formatted(kind, name));
            }
            String namespace = subject.path("namespace").asText(bindingNamespace);
            return new Subject(
                    "User",
                    ServiceAccounts.userName(namespace, name),
                    "ServiceAccount \"%s/%s\"".formatted(name, namespace));
        }

        boolean is(User user) {
            return switch (kind) {
                case "User" -> user.name().equals(name);
                case "Group" -> user.groups().contains(name);
                default -> false;
            };
        }
    }

    private final Map<String, ObjectNode> clusterRoles = new HashMap<>();
    private final Map<String, ObjectNode> roles = new HashMap<>();
    private final List<Binding> everywhere = new ArrayList<>();
    private final Map<String, List<Binding>> byNamespace = new HashMap<>();

    private Grants() {}

    /// What the stored roles and bindings grant now.
    public static Grants of(ObjectLookup objects) {
        Grants grants = new Grants();
        for (ObjectNode role : objects.all(GROUP, "clusterroles", "")) {
            grants.clusterRoles.put(role.path("metadata").path("name").asText(), role);
        }
        for (ObjectNode role : objects.all(GROUP, "roles", "")) {
            grants.roles.put(place(role.path("metadata")), role);
        }
        for (ObjectNode binding : objects.all(GROUP, "clusterrolebindings", "")) {
            grants.everywhere.add(grants.binding(binding, ""));
        }
        for (ObjectNode binding : objects.all(GROUP, "rolebindings", "")) {
            String namespace = binding.path("metadata").path("namespace").asText();
            grants.byNamespace
                    .computeIfAbsent(namespace, any -> new ArrayList<>())
                    .add(grants.binding(binding, namespace));
        }
        return grants;
    }

    private static String place(JsonNode metadata) {
        return metadata.path("namespace").asText() + "/" + metadata.path("name").asText();
    }

    private Binding binding(JsonNode binding, String namespace) {
        List<Subject> subjects = new ArrayList<>();
        binding.path("subjects").forEach(each -> subjects.add(Subject.of(each, namespace)));
        JsonNode role = binding.path("roleRef");
        String name = binding.path("metadata").path("name").asText();
        String text =
                "%s \"%s\" of %s \"%s\""
                        .formatted(
                                namespace.isEmpty() ? "ClusterRoleBinding" : "RoleBinding",
                                namespace.isEmpty() ? name : name + "/" + namespace,
                                role.path("kind").asText(),
                                role.path("name").asText());
        return new Binding(text, subjects, role(role, namespace).orElse(List.of()));
    }

    /// Whether a rule that holds for a user in a namespace is one that is looked for, and by which
    /// binding the user has it.
    ///
    /// @param namespace empty for what holds everywhere
    Decision judge(User user, String namespace, Predicate<PolicyRule> wanted) {
        return Stream.concat(
                        everywhere.stream(),
                        byNamespace.getOrDefault(namespace, List.of()).stream())
                .flatMap(binding ->
                        binding.subject(user).stream()
                                .filter(any -> binding.rules().stream().anyMatch(wanted))
                                .map(subject -> allowed(binding, subject)))
                .findFirst()
                .orElse(Decision.REFUSED);
    }

    private static Decision allowed(Binding binding, Subject subject) {
        return new Decision(
                true, "RBAC: allowed by %s to %s".formatted(binding.text(), subject.text()));
    }

    /// The rules of the role that a binding names; empty where there is no such role.
    public Optional<List<PolicyRule>> role(JsonNode roleRef, String namespace) {
        String name = roleRef.path("name").asText();
        return roleRef.path("kind").asText().equals("ClusterRole")
                ? Optional.ofNullable(clusterRoles.get(name))
                        .map(role -> rules(role, new HashSet<>()))
                : Optional.ofNullable(roles.get(namespace + "/" + name))
                        .map(role -> PolicyRule.all(role.path("rules")));
    }

    /// A role that gathers others has the rules of those, as they are now.
    private List<PolicyRule> rules(ObjectNode role, Set<String> seen) {
        JsonNode selectors = role.path("aggregationRule").path("clusterRoleSelectors");
        if (selectors.isEmpty()) {
            return PolicyRule.all(role.path("rules"));
        }
        if (!seen.add(role.path("metadata").path("name").asText())) {
            return List.of();
        }
        List<PolicyRule> gathered = new ArrayList<>();
        for (ObjectNode other : clusterRoles.values()) {
            JsonNode labels = other.path("metadata").path("labels");
            for (JsonNode selector : selectors) {
                if (SelectorRules.matches(selector, labels)) {
                    gathered.addAll(rules(other, seen));
                }
            }
        }
        return gathered;
    }

    /// The rules that hold for a user in a namespace.
    ///
    /// @param namespace empty for what holds everywhere
    public List<PolicyRule> rules(User user, String namespace) {
        List<PolicyRule> rules = new ArrayList<>();
        everywhere.stream()
                .filter(binding -> binding.isFor(user))
                .forEach(binding -> rules.addAll(binding.rules()));
        byNamespace.getOrDefault(namespace, List.of()).stream()
                .filter(binding -> binding.isFor(user))
                .forEach(binding -> rules.addAll(binding.rules()));
        return rules;
    }
}
