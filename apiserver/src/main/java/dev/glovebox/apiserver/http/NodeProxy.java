package dev.glovebox.apiserver.http;

import dev.glovebox.apiserver.Answer;
import dev.glovebox.http.Headers;
import dev.glovebox.http.HttpExchange;
import dev.glovebox.http.RawConnection;
import dev.glovebox.http.WebSocketHandshake;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/// Passes a request on to a node's kubelet API: answers as they stream in, upgrades byte for byte.
final class NodeProxy {
    /// Bytes of a node's refusal that are read.
    private static final int REFUSAL = 64 << 10;

    /// What concerns one hop only, or the client's credentials.
    private static final Set<String> NOT_PASSED =
            Set.of(
                    "host",
                    "connection",
                    "content-length",
                    "transfer-encoding",
                    "keep-alive",
                    "te",
                    "trailer",
                    "authorization",
                    "cookie",
                    "accept-encoding");

    private static final Set<String> NOT_PASSED_BACK =
            Set.of("connection", "content-length", "transfer-encoding", "keep-alive", "trailer");

    private final Nodes nodes;

    NodeProxy(NodeDialer dialer) {
        this.nodes = new Nodes(dialer);
    }

    /// Answers the exchange with what the node answers.
    ///
    /// @throws ApiException when the node cannot be reached or refuses
    void pass(HttpExchange exchange, Answer.ToNode toNode) throws IOException {
        try (NodeConnection node = nodes.open(toNode.node())) {
            exchange.onGone(node::close);
            NodeConnection.Head head = ask(exchange, toNode, node);
            if (head.code() == 101 && exchange.wantsUpgrade()) {
                try (RawConnection client = exchange.upgrade(head.headers())) {
                    Streams.join(client, node);
                }
            } else if (head.code() == 200 && WebSocketHandshake.isAskedFor(exchange)) {
                TextSocket.stream(exchange, node.body(head), node::close);
            } else if (exchange.wantsUpgrade()) {
                // The client has another protocol to offer if it hears the node's own answer.
                exchange.respond(
                        head.code(),
                        head.headers().without(NOT_PASSED_BACK),
                        node.body(head).readNBytes(REFUSAL));
            } else if (head.code() == 200) {
                Streams.copy(
                        exchange, 200, head.headers().without(NOT_PASSED_BACK), node.body(head));
            } else {
                throw refusal(head.code(), node.body(head));
            }
        }
    }

    private static NodeConnection.Head ask(
            HttpExchange exchange, Answer.ToNode toNode, NodeConnection node) {
        boolean upgrade = exchange.wantsUpgrade();
        Headers headers =
                exchange.headers()
                        .without(NOT_PASSED)
                        .with("Connection", upgrade ? "Upgrade" : "close");
        if (!upgrade) {
            headers = headers.without(Set.of("upgrade"));
        }
        try {
            return node.ask(exchange.method(), toNode.path(), headers, exchange.body());
        } catch (IOException e) {
            throw Nodes.unreachable(toNode.node(), e);
        }
    }

    private static ApiException refusal(int code, InputStream body) throws IOException {
        String text = new String(body.readNBytes(REFUSAL), StandardCharsets.UTF_8).strip();
        return switch (code) {
            case 400 -> new ApiException(StatusReason.BAD_REQUEST, text);
            case 404 -> new ApiException(StatusReason.NOT_FOUND, text);
            default ->
                    new ApiException(
                            StatusReason.INTERNAL_ERROR, "Internal error occurred: " + text);
        };
    }
}
