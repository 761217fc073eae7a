package dev.glovebox.apiserver.http;

import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Connections to the kubelet APIs of nodes, by the nodes' names. Refuses what does not come about.
///
/// @param dialer knows where nodes listen
record Nodes(NodeDialer dialer) {
    private static final Logger LOG = LoggerFactory.getLogger(Nodes.class);

    /// A connection to a node that has proved its name.
    ///
    /// @throws ApiException reason `ServiceUnavailable` when there is none to be had
    NodeConnection open(String name) {
        NodeEndpoint endpoint =
                dialer.endpointOf(name)
                        .orElseThrow(() ->
                                new ApiException(
                                        StatusReason.SERVICE_UNAVAILABLE,
                                        "error dialing backend: no agent serves node " + name));
        try {
            return NodeConnection.open(name, endpoint);
        } catch (IOException e) {
            throw unreachable(name, e);
        }
    }

    /// The refusal of a request that a node did not answer.
    static ApiException unreachable(String node, IOException cause) {
        LOG.atWarn().addKeyValue("node", node).setCause(cause).log("node does not answer");
        return new ApiException(
                StatusReason.SERVICE_UNAVAILABLE,
                "error dialing backend: node %s: %s".formatted(node, cause.getMessage()));
    }
}
