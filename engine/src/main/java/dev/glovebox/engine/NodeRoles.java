package dev.glovebox.engine;

import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Patch;
import dev.glovebox.cluster.Resource;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import java.util.Map;

/// The roles that the engine's own node has. A node must not give them to itself: they decide where
/// pods of others go.
final class NodeRoles {
    private static final Map<String, String> LABELS =
            Map.of(
                    "node-role.kubernetes.io/control-plane", "",
                    "node-role.kubernetes.io/master", "");

    private NodeRoles() {}

    /// Declares the node, or labels the one that is there. One that is as it should be is left
    /// alone, so that an engine starts again although a webhook refuses every write.
    static void declare(Cluster administrator, String node) {
        boolean declared =
                administrator
                        .get(Resource.NODES, ObjectKey.of(node))
                        .map(each -> each.getMetadata().getLabels())
                        .filter(labels -> labels.entrySet().containsAll(LABELS.entrySet()))
                        .isPresent();
        if (declared) {
            return;
        }
        try {
            administrator.create(
                    Resource.NODES,
                    new NodeBuilder()
                            .withNewMetadata()
                            .withName(node)
                            .withLabels(LABELS)
                            .endMetadata()
                            .withNewSpec()
                            .endSpec()
                            .build());
        } catch (ApiException e) {
            if (e.reason() != StatusReason.ALREADY_EXISTS) {
                throw e;
            }
            administrator.patch(Resource.NODES, ObjectKey.of(node), new Patch.Merge(patch()), "");
        }
    }

    private static String patch() {
        StringBuilder labels = new StringBuilder();
        LABELS.forEach((key, value) ->
                labels.append(labels.isEmpty() ? "" : ",")
                        .append("\"%s\":\"%s\"".formatted(key, value)));
        return "{\"metadata\":{\"labels\":{" + labels + "}}}";
    }
}
