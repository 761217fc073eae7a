package dev.glovebox.apiserver.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.kinds.ObjectLookup;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// Lets an agent do for its own node what a node needs, and read of secrets, configuration and
/// claims only what its own pods refer to; what else it may do, and what others may, `rest` judges.
/// Source: Kubernetes' node authorizer.
public final class NodeAuthorizer implements Authorizer {
    private static final String NODES = "system:nodes";
    private static final String PREFIX = "system:node:";
    private static final Set<String> READ = Set.of("get", "list", "watch");
    private static final Set<String> REFERRED =
            Set.of("configmaps", "secrets", "persistentvolumeclaims");

    /// What the role `system:node` allows any node; what must be its own is checked beside it.
    private static final List<PolicyRule> RULES =
            List.of(
                    rule("create", "authentication.k8s.io", "tokenreviews"),
                    rule(
                            "create",
                            "authorization.k8s.io",
                            "localsubjectaccessreviews subjectaccessreviews"),
                    rule("get list watch", "", "services namespaces"),
                    rule("create get list watch", "", "nodes"),
                    rule("patch update", "", "nodes nodes/status"),
                    rule("create patch update", " events.k8s.io", "events"),
                    rule("get list watch create delete", "", "pods"),
                    rule("patch update", "", "pods/status"),
                    rule("create", "", "pods/eviction"),
                    rule("get", "", "endpoints persistentvolumes serviceaccounts"),
                    rule("create", "", "serviceaccounts/token"),
                    rule("create delete get patch update", "coordination.k8s.io", "leases"),
                    rule("get list watch", "node.k8s.io", "runtimeclasses"),
                    rule("get list watch", "storage.k8s.io", "csidrivers"),
                    rule("get", "storage.k8s.io", "volumeattachments"),
                    rule("create delete get patch update", "storage.k8s.io", "csinodes"),
                    rule(
                            "create get list watch",
                            "certificates.k8s.io",
                            "certificatesigningrequests"));

    private final ObjectLookup objects;
    private final Authorizer rest;

    /// Judges nodes by the pods that are theirs.
    ///
    /// @param objects pods, by which a node's needs are told
    /// @param rest judges those who are no node, and nodes in what they do not need as nodes
    public NodeAuthorizer(ObjectLookup objects, Authorizer rest) {
        this.objects = objects;
        this.rest = rest;
    }

    private static PolicyRule rule(String verbs, String groups, String resources) {
        return new PolicyRule(
                List.of(verbs.split(" ")),
                List.of(groups.split(" ")),
                List.of(resources.split(" ")),
                List.of(),
                List.of());
    }

    /// The node that a user is the agent of; empty for everybody else.
    public static String nodeOf(User user) {
        return user.groups().contains(NODES) && user.name().startsWith(PREFIX)
                ? user.name().substring(PREFIX.length())
                : "";
    }

    @Override
    public Decision judge(RequestAttributes request) {
        String node = nodeOf(request.user());
        return !node.isEmpty() && needs(node, request) ? Decision.ALLOWED : rest.judge(request);
    }

    private boolean needs(String node, RequestAttributes request) {
        if (request.group().isEmpty()
                && REFERRED.contains(request.resource())
                && request.subresource().isEmpty()) {
            return READ.contains(request.verb())
                    && !request.name().isEmpty()
                    && refers(node, request);
        }
        return RULES.stream().anyMatch(rule -> rule.allows(request)) && isOwn(node, request);
    }

    /// What a node must not do to others' objects. Who makes an object is checked by admission: the
    /// name stands in the body only.
    private static boolean isOwn(String node, RequestAttributes request) {
        boolean free = READ.contains(request.verb()) || request.verb().equals("create");
        return switch (request.resource()) {
            case "nodes" -> free || request.name().equals(node);
            case "leases", "csinodes" ->
                    request.verb().equals("create") || request.name().equals(node);
            default -> true;
        };
    }

    private boolean refers(String node, RequestAttributes request) {
        for (ObjectNode pod : objects.all("", "pods", request.namespace())) {
            JsonNode spec = pod.path("spec");
            if (spec.path("nodeName").asText().equals(node)
                    && PodReferences.of(spec).has(request.resource(), request.name())) {
                return true;
            }
        }
        return false;
    }

    @Override
    public Decision judgePath(User user, String verb, String path) {
        return rest.judgePath(user, verb, path);
    }

    @Override
    public List<PolicyRule> rules(User user, String namespace) {
        List<PolicyRule> granted = rest.rules(user, namespace);
        return nodeOf(user).isEmpty()
                ? granted
                : Stream.concat(RULES.stream(), granted.stream()).toList();
    }
}
