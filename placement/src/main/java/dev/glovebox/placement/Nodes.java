package dev.glovebox.placement;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;

/// Nodes as decisions read them.
public final class Nodes {
    private Nodes() {}

    /// The node with a spec and a status, empty where it has none.
    public static Node complete(Node node) {
        NodeBuilder builder = new NodeBuilder(node);
        if (node.getSpec() == null) {
            builder.withNewSpec().endSpec();
        }
        if (node.getStatus() == null) {
            builder.withNewStatus().endStatus();
        }
        return builder.build();
    }
}
