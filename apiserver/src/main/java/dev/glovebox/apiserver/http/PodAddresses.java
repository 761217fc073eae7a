package dev.glovebox.apiserver.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.glovebox.apiserver.Answer;
import dev.glovebox.http.Headers;
import dev.glovebox.http.HttpExchange;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import java.io.IOException;

/// Asks nodes which addresses their pods have. What stands in a pod's status is written by whoever
/// may write that; what its node says of it is not.
///
/// @param nodes the way to them
record PodAddresses(Nodes nodes) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /// Longest list of pods that is read, in bytes: a node has some hundred pods, each of some
    /// kibibytes.
    private static final int LONGEST = 32 << 20;

    /// Requires that a pod has the address that its status says.
    ///
    /// @param exchange when its client goes, so does the asking
    /// @throws ApiException reason `BadRequest` when it has not, `ServiceUnavailable` when its node
    ///   does not answer
    void require(HttpExchange exchange, Answer.Destination.Pod pod) {
        try (NodeConnection node = nodes.open(pod.node())) {
            exchange.onGone(node::close);
            if (!has(list(node, pod.uid()), pod)) {
                throw new ApiException(StatusReason.BAD_REQUEST, "address not allowed");
            }
        } catch (IOException e) {
            throw Nodes.unreachable(pod.node(), e);
        }
    }

    /// A kubelet answers with all its pods, whatever is asked for; our agent with the one.
    private static JsonNode list(NodeConnection node, String uid) throws IOException {
        NodeConnection.Head head =
                node.ask(
                        "GET",
                        "/pods?uid=" + PassedPath.encoded(uid),
                        Headers.of("Connection", "close"),
                        new byte[0]);
        if (head.code() != 200) {
            throw new IOException("it does not tell its pods: " + head.code());
        }
        byte[] body = node.body(head).readNBytes(LONGEST + 1);
        if (body.length > LONGEST) {
            throw new IOException("it tells of too many pods");
        }
        return JSON.readTree(body);
    }

    private static boolean has(JsonNode list, Answer.Destination.Pod pod) {
        for (JsonNode each : list.path("items")) {
            if (each.path("metadata").path("uid").asText().equals(pod.uid())) {
                for (JsonNode ip : each.path("status").path("podIPs")) {
                    if (ip.path("ip").asText().equals(pod.address())) {
                        return true;
                    }
                }
            }
        }
        return false;
    }
}
