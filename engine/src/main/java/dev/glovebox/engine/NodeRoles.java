package dev.glovebox.engine;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Patch;
import dev.glovebox.cluster.Resource;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import dev.glovebox.network.Cidr;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import java.util.Map;
import java.util.Optional;

/// What the engine says of one of its own nodes, since it decides where pods of others go: the
/// roles of the node and the range of its pods' addresses. Labels of others stay.
///
/// @param labels that the node has
record NodeRoles(Map<String, String> labels) {
    /// What engines of before said of gVisor, and nobody follows any more.
    private static final String FORMER = OwnClasses.FORMER_LABEL;

    private static final Map<String, String> CONTROL_PLANE =
            Map.of(
                    "node-role.kubernetes.io/control-plane", "",
                    "node-role.kubernetes.io/master", "");

    private static final ObjectMapper JSON = new ObjectMapper();

    NodeRoles {
        labels = Map.copyOf(labels);
    }

    /// Of the node beside the control plane.
    static NodeRoles controlPlane() {
        return new NodeRoles(CONTROL_PLANE);
    }

    /// Of all others.
    static NodeRoles none() {
        return new NodeRoles(Map.of());
    }

    /// Declares a node, or adds to the one that is there. One that is as it should be is left
    /// alone, so that an engine starts again although a webhook refuses every write.
    void declare(Cluster administrator, OwnNode node) {
        ObjectKey key = ObjectKey.of(node.name());
        if (administrator.get(Resource.NODES, key).filter(this::isDeclared).isPresent()) {
            return;
        }
        try {
            administrator.create(
                    Resource.NODES,
                    new NodeBuilder()
                            .withNewMetadata()
                            .withName(node.name())
                            .withLabels(labels)
                            .endMetadata()
                            .withNewSpec()
                            .withPodCIDR(node.pods().first().text())
                            .withPodCIDRs(node.pods().all().stream().map(Cidr::text).toList())
                            .endSpec()
                            .build());
        } catch (ApiException e) {
            if (e.reason() != StatusReason.ALREADY_EXISTS) {
                throw e;
            }
            administrator.patch(Resource.NODES, key, new Patch.Merge(patch(node)), "");
        }
    }

    /// A range that a node has stays what it is.
    private boolean isDeclared(Node node) {
        Map<String, String> present =
                Optional.ofNullable(node.getMetadata().getLabels()).orElse(Map.of());
        return present.entrySet().containsAll(labels.entrySet())
                && !present.containsKey(FORMER)
                && node.getSpec() != null
                && node.getSpec().getPodCIDR() != null;
    }

    private String patch(OwnNode node) {
        ObjectNode patch = JSON.createObjectNode();
        ObjectNode said = patch.putObject("metadata").putObject("labels");
        labels.forEach(said::put);
        said.putNull(FORMER);
        ObjectNode spec = patch.putObject("spec").put("podCIDR", node.pods().first().text());
        var ranges = spec.putArray("podCIDRs");
        node.pods().all().forEach(each -> ranges.add(each.text()));
        return patch.toString();
    }
}
