package dev.glovebox.node.forward;

import dev.glovebox.http.HttpExchange;
import dev.glovebox.http.RawConnection;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Serves port-forward to one client: for each connection a pair of streams, one for its bytes and
/// one for what goes wrong, which belong together by their `requestid`.
public final class PortForwarding {
    private static final Logger LOG = LoggerFactory.getLogger(PortForwarding.class);
    private static final int BUFFER = 32 << 10;
    private static final String ERROR = "error";
    private static final String DATA = "data";

    private final ForwardedPod pod;
    private final Loopbacks.Loopback loopback;

    /// Pairs of which the other stream has not come yet; the session's thread alone uses them.
    private final Map<String, SpdyStream> halves = new HashMap<>();

    PortForwarding(ForwardedPod pod, Loopbacks.Loopback loopback) {
        this.pod = pod;
        this.loopback = loopback;
    }

    /// Blocks until the client has gone.
    ///
    /// @throws dev.glovebox.model.ApiException when it asks for another protocol
    public static void serve(HttpExchange exchange, ForwardedPod pod, Loopbacks.Loopback loopback)
            throws IOException, InterruptedException {
        try (RawConnection client = ForwardUpgrade.begin(exchange)) {
            new PortForwarding(pod, loopback).serve(client);
        }
    }

    void serve(RawConnection client) throws InterruptedException {
        try {
            new SpdySession(client.input(), client.output(), this::opened).run();
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("a forwarding client ended");
        }
    }

    private boolean opened(SpdyStream stream) {
        Optional<Integer> port = port(stream.header("port"));
        String type = stream.header("streamtype");
        if (port.isEmpty() || !(type.equals(ERROR) || type.equals(DATA))) {
            return false;
        }
        halves.values().removeIf(SpdyStream::isBroken);
        String request = request(stream, type);
        @Nullable SpdyStream other = halves.remove(request);
        if (other == null) {
            halves.put(request, stream);
            return true;
        }
        if (other.header("streamtype").equals(type)) {
            halves.put(request, other);
            return false;
        }
        SpdyStream data = type.equals(DATA) ? stream : other;
        SpdyStream error = type.equals(DATA) ? other : stream;
        Thread.ofVirtual()
                .name("forward")
                .start(() -> {
                    try {
                        forward(data, error, port.get());
                    } catch (IOException e) {
                        LOG.atDebug().setCause(e).log("a forwarding client has gone");
                    }
                });
        return true;
    }

    /// Old clients do not say which streams belong together: the one for data comes right after the
    /// one for errors, and theirs are the odd numbers.
    private static String request(SpdyStream stream, String type) {
        String said = stream.header("requestid");
        return said.isEmpty()
                ? "stream " + (type.equals(ERROR) ? stream.id() : stream.id() - 2)
                : said;
    }

    private static Optional<Integer> port(String text) {
        if (!text.matches("\\d{1,5}")) {
            return Optional.empty();
        }
        return Optional.of(Integer.valueOf(text)).filter(port -> port > 0 && port < 1 << 16);
    }

    private void forward(SpdyStream data, SpdyStream error, int port) throws IOException {
        try (PodConnection connection = PodConnection.to(pod, loopback, port)) {
            Thread.ofVirtual().name("forward-in").start(() -> inward(data, connection));
            outward(connection.input(), data);
            data.endOutput();
            error.endOutput();
        } catch (IOException e) {
            String words =
                    "error forwarding port %d to pod %s, uid %s: %s"
                            .formatted(port, pod.name(), pod.uid(), e.getMessage());
            byte[] bytes = words.getBytes(StandardCharsets.UTF_8);
            error.write(bytes, bytes.length);
            error.endOutput();
            data.reset();
        } finally {
            data.leave();
            error.leave();
        }
    }

    private static void outward(InputStream from, SpdyStream data) throws IOException {
        byte[] buffer = new byte[BUFFER];
        for (int n = read(from, buffer); n >= 0; n = read(from, buffer)) {
            data.write(buffer, n);
        }
    }

    /// A connection that breaks off has ended: so it is to whoever is connected to kubectl.
    private static int read(InputStream from, byte[] buffer) {
        try {
            return from.read(buffer);
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("a forwarded connection broke off");
            return -1;
        }
    }

    private static void inward(SpdyStream data, PodConnection connection) {
        try {
            data.input().transferTo(connection.output());
            connection.endOutput();
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("a forwarded connection ended");
            close(connection);
        }
    }

    private static void close(PodConnection connection) {
        try {
            connection.close();
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("the connection is closed already");
        }
    }
}
