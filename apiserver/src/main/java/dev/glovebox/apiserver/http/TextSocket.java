package dev.glovebox.apiserver.http;

import dev.glovebox.http.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/// A node's plain answer, such as a log, over a WebSocket: bytes as they come, or in base64 where
/// the client can only take text. An empty message tells that it is open. Source: Kubernetes'
/// `wsstream` protocols.
final class TextSocket {
    private static final String BYTES = "binary.k8s.io";
    private static final String BASE64 = "base64.binary.k8s.io";
    private static final int PIECE = 32 << 10;

    private TextSocket() {}

    /// Sends the body until it or the client ends.
    static void stream(HttpExchange exchange, InputStream body, Runnable gone) throws IOException {
        String protocol = protocol(exchange);
        try (WebSocket socket = WebSocket.open(exchange, protocol, gone)) {
            byte[] piece = new byte[PIECE];
            int length = 0;
            while (length >= 0) {
                send(socket, protocol, Arrays.copyOf(piece, length));
                length = body.read(piece);
            }
            socket.end();
        }
    }

    private static void send(WebSocket socket, String protocol, byte[] bytes) throws IOException {
        if (protocol.equals(BASE64)) {
            byte[] text = Base64.getEncoder().encode(bytes);
            socket.write(WebSocket.TEXT, text, 0, text.length);
        } else {
            socket.write(WebSocket.BINARY, bytes, 0, bytes.length);
        }
    }

    /// The first of the client's protocols that is known; empty where it offers none of them.
    private static String protocol(HttpExchange exchange) {
        String[] offered = exchange.headers().joined("Sec-WebSocket-Protocol").split("\\s*,\\s*");
        return Arrays.stream(offered)
                .filter(List.of(BYTES, BASE64)::contains)
                .findFirst()
                .orElse("");
    }
}
