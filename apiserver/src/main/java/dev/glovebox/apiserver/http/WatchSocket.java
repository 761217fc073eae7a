package dev.glovebox.apiserver.http;

import dev.glovebox.cluster.Frames;
import dev.glovebox.http.HttpExchange;
import java.io.IOException;
import java.time.Duration;

/// A watch over a WebSocket, as kube-apiserver offers it beside the plain stream: each event is one
/// text message.
final class WatchSocket {
    private WatchSocket() {}

    /// Sends events until the watch or the client ends.
    ///
    /// @param patience how long to wait for an event before looking whether the watch has ended
    static void stream(HttpExchange exchange, Frames frames, Duration patience)
            throws IOException, InterruptedException {
        String offered = exchange.headers().joined("Sec-WebSocket-Protocol");
        String protocol = offered.contains(",") ? "" : offered;
        try (WebSocket socket = WebSocket.open(exchange, protocol, frames::close)) {
            while (!frames.ended()) {
                send(socket, frames.next(patience));
            }
            socket.end();
        }
    }

    private static void send(WebSocket socket, byte[] events) throws IOException {
        int from = 0;
        for (int at = 0; at < events.length; at++) {
            if (events[at] == '\n') {
                socket.write(WebSocket.TEXT, events, from, at - from);
                from = at + 1;
            }
        }
    }
}
