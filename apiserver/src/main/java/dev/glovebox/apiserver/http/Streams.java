package dev.glovebox.apiserver.http;

import dev.glovebox.http.BodyStream;
import dev.glovebox.http.Headers;
import dev.glovebox.http.HttpExchange;
import dev.glovebox.http.RawConnection;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries what others answer to clients.
final class Streams {
    private static final Logger LOG = LoggerFactory.getLogger(Streams.class);
    private static final int BUFFER = 32 << 10;

    private Streams() {}

    /// Answers with a body as it comes in; one that breaks off is cut off.
    static void copy(HttpExchange exchange, int code, Headers headers, InputStream from)
            throws IOException {
        try (BodyStream to = exchange.stream(code, headers)) {
            byte[] buffer = new byte[BUFFER];
            try {
                for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
                    to.write(Arrays.copyOf(buffer, count));
                }
            } catch (IOException e) {
                to.abort();
                throw e;
            }
        }
    }

    /// Carries bytes both ways. When the client ends its half, the other's half is ended and its
    /// answer goes on; when the other ends, everything does.
    static void join(RawConnection client, NodeConnection other) throws IOException {
        Thread.ofVirtual()
                .name("to node")
                .start(() -> {
                    try {
                        client.input().transferTo(other.output());
                        other.endOutput();
                    } catch (IOException ended) {
                        LOG.atDebug().setCause(ended).log("upgraded connection ended");
                        other.close();
                    }
                });
        client.output().flush();
        other.input().transferTo(client.output());
    }
}
