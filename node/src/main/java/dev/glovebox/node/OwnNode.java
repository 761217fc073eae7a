package dev.glovebox.node;

import dev.glovebox.cluster.Backoff;
import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Reflector;
import dev.glovebox.cluster.Resource;
import dev.glovebox.cluster.Scope;
import dev.glovebox.model.ApiException;
import io.fabric8.kubernetes.api.model.Node;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// This node as the API has it, with the labels and taints that others gave it. Any thread asks.
final class OwnNode implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OwnNode.class);

    private final Cluster cluster;
    private final ObjectKey key;
    private final Reflector<Node> source;

    private OwnNode(Cluster cluster, String name) {
        this.cluster = cluster;
        this.key = ObjectKey.of(name);
        this.source =
                Reflector.start(
                        cluster,
                        Resource.NODES,
                        Scope.fields("metadata.name=" + name),
                        Backoff.DEFAULT);
    }

    /// Follows the node of that name from now on.
    static OwnNode follow(Cluster cluster, String name) {
        return new OwnNode(cluster, name);
    }

    /// As it was last heard of, which may be older than what was heard of a pod; empty while
    /// nothing was, or where the API has no such node.
    Optional<Node> known() {
        return source.image().get(key);
    }

    /// As it is now, by a question to the API; as it was last heard of where that does not answer.
    Optional<Node> now() {
        try {
            return cluster.get(Resource.NODES, key);
        } catch (ApiException e) {
            LOG.atWarn().addKeyValue("cause", e.getMessage()).log("the node could not be read");
            return known();
        }
    }

    @Override
    public void close() {
        source.close();
    }
}
