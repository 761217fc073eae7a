package dev.glovebox.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/// How a connection becomes a WebSocket. Source: RFC 6455, section 4.2.
public final class WebSocketHandshake {
    private static final String KEY = "Sec-WebSocket-Key";
    private static final String ACCEPTING = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private WebSocketHandshake() {}

    /// Whether the client wants its answer over a WebSocket.
    public static boolean isAskedFor(HttpExchange exchange) {
        return exchange.wantsUpgrade()
                && exchange.headers().joined("Upgrade").equalsIgnoreCase("websocket")
                && exchange.headers().first(KEY).isPresent();
    }

    /// Begins to speak it with a client that asked for it.
    ///
    /// @param protocol the one that was chosen of those that the client offers; empty for none
    /// @throws java.util.NoSuchElementException when it did not ask
    public static RawConnection accept(HttpExchange exchange, String protocol) throws IOException {
        Headers headers =
                Headers.of("Upgrade", "websocket")
                        .with("Connection", "Upgrade")
                        .with(
                                "Sec-WebSocket-Accept",
                                proof(exchange.headers().first(KEY).orElseThrow()));
        return exchange.upgrade(
                protocol.isEmpty() ? headers : headers.with("Sec-WebSocket-Protocol", protocol));
    }

    private static String proof(String key) {
        try {
            byte[] text = (key + ACCEPTING).getBytes(StandardCharsets.ISO_8859_1);
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(text);
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }
}
