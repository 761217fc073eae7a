package dev.glovebox.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.glovebox.apiserver.auth.NodeAuthorizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// The agent of a node changes its own node, its own pods and its own lease, and no label that
/// decides where pods of others go. Source: Kubernetes' admission plugin of this name.
final class NodeRestriction implements Admission {
    private static final String MIRROR = "kubernetes.io/config.mirror";
    private static final String LEASES = "kube-node-lease";
    private static final Set<String> OWN_LABELS =
            Set.of(
                    "kubernetes.io/hostname",
                    "kubernetes.io/arch",
                    "kubernetes.io/os",
                    "beta.kubernetes.io/instance-type",
                    "node.kubernetes.io/instance-type",
                    "failure-domain.beta.kubernetes.io/region",
                    "failure-domain.beta.kubernetes.io/zone",
                    "topology.kubernetes.io/region",
                    "topology.kubernetes.io/zone",
                    "beta.kubernetes.io/arch",
                    "beta.kubernetes.io/os",
                    "node.kubernetes.io/windows-build");
    private static final List<String> OWN_PREFIXES =
            List.of("kubelet.kubernetes.io/", "node.kubernetes.io/");

    @Override
    public void admit(AdmissionRequest request) {
        String node = NodeAuthorizer.nodeOf(request.user());
        if (node.isEmpty()) {
            return;
        }
        switch (request.kind().resource()) {
            case "pods" -> pod(request, node);
            case "nodes" -> node(request, node);
            case "leases.coordination.k8s.io" -> lease(request, node);
            case "csinodes.storage.k8s.io" -> {
                if (!request.name().equals(node)) {
                    throw request.forbidden(
                            "can only access CSINode with the same name as the requesting node");
                }
            }
            default -> {}
        }
    }

    private static void pod(AdmissionRequest request, String node) {
        String itself = request.object().path("spec").path("nodeName").asText();
        switch (request.operation()) {
            case CREATE -> {
                JsonNode annotations = request.object().path("metadata").path("annotations");
                if (!annotations.has(MIRROR)) {
                    throw request.forbidden(
                            "pod does not have \"%s\" annotation, node \"%s\" can only create mirror pods"
                                    .formatted(MIRROR, node));
                }
                if (!itself.equals(node)) {
                    throw request.forbidden(
                            "node \"%s\" can only create pods with spec.nodeName set to itself"
                                    .formatted(node));
                }
            }
            case UPDATE -> {
                if (!itself.equals(node)) {
                    throw request.forbidden(
                            "node \"%s\" can only update pod status for pods with spec.nodeName set to itself"
                                    .formatted(node));
                }
                if (!labels(request.object()).equals(oldLabels(request))) {
                    throw request.forbidden(
                            "node \"%s\" cannot update labels through pod status".formatted(node));
                }
            }
            case DELETE -> {
                if (!itself.equals(node)) {
                    throw request.forbidden(
                            "node \"%s\" can only delete pods with spec.nodeName set to itself"
                                    .formatted(node));
                }
            }
            case CONNECT -> {}
        }
    }

    private static void node(AdmissionRequest request, String node) {
        if (!request.name().equals(node)) {
            throw request.forbidden(
                    "node \"%s\" is not allowed to modify node \"%s\""
                            .formatted(node, request.name()));
        }
        if (request.operation() == Operation.DELETE) {
            return;
        }
        List<String> forbidden =
                changed(labels(request.object()), oldLabels(request)).stream()
                        .filter(NodeRestriction::isForeign)
                        .toList();
        if (!forbidden.isEmpty()) {
            throw request.forbidden(
                    "node \"%s\" is not allowed to modify labels: %s"
                            .formatted(node, String.join(", ", forbidden)));
        }
        boolean taints =
                request.operation() == Operation.UPDATE
                        && !taints(request.object())
                                .equals(request.old().map(NodeRestriction::taints).orElseThrow());
        if (taints) {
            throw request.forbidden("node \"%s\" is not allowed to modify taints".formatted(node));
        }
    }

    private static void lease(AdmissionRequest request, String node) {
        if (!request.namespace().equals(LEASES)) {
            throw request.forbidden(
                    "can only access leases in the \"%s\" system namespace".formatted(LEASES));
        }
        if (!request.name().equals(node)) {
            throw request.forbidden(
                    "can only access node lease with the same name as the requesting node");
        }
    }

    private static List<String> changed(JsonNode labels, JsonNode old) {
        Set<String> keys = new TreeSet<>();
        labels.properties().forEach(each -> keys.add(each.getKey()));
        old.properties().forEach(each -> keys.add(each.getKey()));
        List<String> changed = new ArrayList<>(keys);
        changed.removeIf(key -> labels.path(key).equals(old.path(key)));
        return changed;
    }

    /// Kubernetes' own labels beyond those by which a node describes itself.
    private static boolean isForeign(String key) {
        int slash = key.indexOf('/');
        String domain = slash < 0 ? "" : key.substring(0, slash);
        boolean kubernetes =
                domain.equals("kubernetes.io")
                        || domain.endsWith(".kubernetes.io")
                        || domain.equals("k8s.io")
                        || domain.endsWith(".k8s.io");
        boolean own = OWN_LABELS.contains(key) || OWN_PREFIXES.stream().anyMatch(key::startsWith);
        return kubernetes && !own;
    }

    private static JsonNode labels(JsonNode object) {
        return object.path("metadata").path("labels");
    }

    private static JsonNode oldLabels(AdmissionRequest request) {
        return request.old().map(NodeRestriction::labels).orElseGet(MissingNode::getInstance);
    }

    private static JsonNode taints(JsonNode node) {
        return node.path("spec").path("taints");
    }
}
