package dev.glovebox.apiserver.auth;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// One rule of a role: these verbs on these resources, or on these paths. Source:
/// `rbac.authorization.k8s.io/v1` PolicyRule.
///
/// @param names of objects; empty for all
/// @param paths beginning with a slash, the last character may be `*`; empty for a rule about
///   resources
public record PolicyRule(
        List<String> verbs,
        List<String> groups,
        List<String> resources,
        List<String> names,
        List<String> paths) {
    private static final String ALL = "*";

    /// Copies the lists.
    public PolicyRule {
        verbs = List.copyOf(verbs);
        groups = List.copyOf(groups);
        resources = List.copyOf(resources);
        names = List.copyOf(names);
        paths = List.copyOf(paths);
    }

    /// Reads a rule of a role.
    public static PolicyRule of(JsonNode rule) {
        return new PolicyRule(
                texts(rule.path("verbs")),
                texts(rule.path("apiGroups")),
                texts(rule.path("resources")),
                texts(rule.path("resourceNames")),
                texts(rule.path("nonResourceURLs")));
    }

    /// Reads the rules of a role; none where there are none.
    public static List<PolicyRule> all(JsonNode rules) {
        List<PolicyRule> all = new ArrayList<>();
        rules.forEach(rule -> all.add(of(rule)));
        return all;
    }

    /// Whether it lets a request pass.
    public boolean allows(RequestAttributes request) {
        return has(verbs, request.verb())
                && has(groups, request.group())
                && matchesResource(request.resource(), request.subresource())
                && (names.isEmpty() || names.contains(request.name()));
    }

    /// Whether it lets a path that names no resource be asked for.
    public boolean allowsPath(String verb, String path) {
        return has(verbs, verb) && paths.stream().anyMatch(each -> matchesPath(each, path));
    }

    private static boolean matchesPath(String pattern, String path) {
        return pattern.equals(ALL)
                || pattern.equals(path)
                || (pattern.endsWith(ALL)
                        && path.startsWith(pattern.substring(0, pattern.length() - 1)));
    }

    private boolean matchesResource(String resource, String subresource) {
        String whole = subresource.isEmpty() ? resource : resource + "/" + subresource;
        return has(resources, whole)
                || (!subresource.isEmpty() && resources.contains(ALL + "/" + subresource));
    }

    /// Whether it grants all that a rule of one verb, one resource or one path grants.
    boolean covers(PolicyRule single) {
        if (!single.paths.isEmpty()) {
            return has(verbs, single.verbs.getFirst())
                    && paths.stream().anyMatch(each -> matchesPath(each, single.paths.getFirst()));
        }
        String resource = single.resources.getFirst();
        int slash = resource.indexOf('/');
        boolean same =
                has(resources, resource)
                        || (slash >= 0 && resources.contains(ALL + resource.substring(slash)));
        boolean named =
                names.isEmpty() || (!single.names.isEmpty() && names.containsAll(single.names));
        return same
                && named
                && has(verbs, single.verbs.getFirst())
                && has(groups, single.groups.getFirst());
    }

    /// The same as rules of one verb and one resource of one group, or one path, each.
    List<PolicyRule> singles() {
        List<PolicyRule> singles = new ArrayList<>();
        for (String verb : verbs) {
            for (String path : paths) {
                singles.add(single(verb, List.of(), List.of(), List.of(), List.of(path)));
            }
            for (String group : groups) {
                for (String resource : resources) {
                    List<String> group1 = List.of(group);
                    List<String> resource1 = List.of(resource);
                    if (names.isEmpty()) {
                        singles.add(single(verb, group1, resource1, List.of(), List.of()));
                    }
                    for (String name : names) {
                        singles.add(single(verb, group1, resource1, List.of(name), List.of()));
                    }
                }
            }
        }
        return singles;
    }

    private static PolicyRule single(
            String verb,
            List<String> groups,
            List<String> resources,
            List<String> names,
            List<String> paths) {
        return new PolicyRule(List.of(verb), groups, resources, names, paths);
    }

    /// As Kubernetes tells of it in a refusal: `{APIGroups:[""], Resources:["pods"],
    /// Verbs:["get"]}`.
    String text() {
        List<String> parts = new ArrayList<>();
        part(parts, "APIGroups", groups);
        part(parts, "Resources", resources);
        part(parts, "NonResourceURLs", paths);
        part(parts, "ResourceNames", names);
        part(parts, "Verbs", verbs);
        return "{" + String.join(", ", parts) + "}";
    }

    private static void part(List<String> parts, String name, List<String> values) {
        if (!values.isEmpty()) {
            parts.add(
                    name
                            + ":"
                            + values.stream()
                                    .map(value -> "\"" + value + "\"")
                                    .collect(Collectors.joining(" ", "[", "]")));
        }
    }

    private static boolean has(List<String> values, String value) {
        return values.contains(value) || values.contains(ALL);
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(each -> texts.add(each.asText()));
        return texts;
    }
}
