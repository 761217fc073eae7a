package dev.glovebox.apiserver.auth;

import java.util.List;
import java.util.Set;

/// Fixed roles: administrators, the parts of the engine, and nobody else. Each part gets what it
/// needs and no more.
public final class BuiltInRoles implements Authorizer {
    private static final String MASTERS = "system:masters";
    private static final String NODES = "system:nodes";
    private static final String AUTHENTICATED = "system:authenticated";
    private static final String NODE_PREFIX = "system:node:";
    private static final Set<String> READ = Set.of("get", "list", "watch");
    private static final Set<String> CHANGE = Set.of("update", "patch");
    private static final Set<String> REPORT = Set.of("create", "update", "patch");
    private static final Set<String> REMOVE = Set.of("delete", "deletecollection");
    private static final Set<String> HEALTH =
            Set.of("/healthz", "/livez", "/readyz", "/version", "/version/");
    private static final List<String> DISCOVERY = List.of("/api", "/apis", "/openapi", "/version");

    /// What may be done to what.
    ///
    /// @param resources plural with subresource, for example `pods/binding`
    private record Rule(Set<String> verbs, Set<String> resources) {
        boolean covers(RequestAttributes request) {
            return verbs.contains(request.verb())
                    && resources.contains(request.qualifiedResource());
        }
    }

    private static final List<Rule> SCHEDULER =
            List.of(
                    new Rule(READ, Set.of("pods", "nodes", "namespaces", "runtimeclasses")),
                    new Rule(Set.of("create"), Set.of("pods/binding")),
                    new Rule(CHANGE, Set.of("pods/status")),
                    new Rule(REPORT, Set.of("events")));

    private static final List<Rule> CONTROLLERS =
            List.of(
                    new Rule(
                            READ,
                            Set.of("pods", "nodes", "namespaces", "runtimeclasses", "events")),
                    new Rule(REMOVE, Set.of("pods", "events", "namespaces")),
                    new Rule(
                            CHANGE,
                            Set.of(
                                    "pods/status",
                                    "nodes",
                                    "nodes/status",
                                    "namespaces",
                                    "namespaces/status",
                                    "namespaces/finalize")),
                    new Rule(REPORT, Set.of("events")));

    private static final List<Rule> NODE =
            List.of(
                    new Rule(READ, Set.of("pods", "nodes", "namespaces", "runtimeclasses")),
                    new Rule(Set.of("delete"), Set.of("pods")),
                    new Rule(CHANGE, Set.of("pods/status")),
                    new Rule(REPORT, Set.of("events")));

    private static final List<Rule> OWN_NODE =
            List.of(new Rule(REPORT, Set.of("nodes")), new Rule(CHANGE, Set.of("nodes/status")));

    @Override
    public boolean allows(RequestAttributes request) {
        User user = request.user();
        if (user.groups().contains(MASTERS)) {
            return true;
        }
        if (user.groups().contains(NODES) && user.name().startsWith(NODE_PREFIX)) {
            String node = user.name().substring(NODE_PREFIX.length());
            // The name of an object to be made stands in the body only.
            boolean own = request.name().equals(node) || request.verb().equals("create");
            return any(NODE, request) || (own && any(OWN_NODE, request));
        }
        return switch (user.name()) {
            case "system:kube-scheduler" -> any(SCHEDULER, request);
            case "system:kube-controller-manager" -> any(CONTROLLERS, request);
            default -> false;
        };
    }

    @Override
    public boolean allowsPath(User user, String verb, String path) {
        if (user.groups().contains(MASTERS)) {
            return true;
        }
        if (!verb.equals("get")) {
            return false;
        }
        boolean discovery =
                DISCOVERY.stream()
                        .anyMatch(each -> path.equals(each) || path.startsWith(each + "/"));
        return HEALTH.contains(path) || (user.groups().contains(AUTHENTICATED) && discovery);
    }

    private static boolean any(List<Rule> rules, RequestAttributes request) {
        return rules.stream().anyMatch(rule -> rule.covers(request));
    }
}
