package dev.glovebox.node.forward;

import dev.glovebox.http.HttpExchange;
import dev.glovebox.http.RawConnection;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Serves port-forward to one client: for each connection a pair of streams, one for its bytes and
/// one for what goes wrong, which belong together by their `requestid`.
public final class PortForwarding {
    private static final Logger LOG = LoggerFactory.getLogger(PortForwarding.class);
    private static final int BUFFER = 32 << 10;
    private static final String ERROR = "error";
    private static final String DATA = "data";

    /// How long a stream waits for the one that it belongs to, as the kubelet has it.
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ForwardedPod pod;
    private final Loopbacks.Loopback loopback;
    private final Halves halves;

    PortForwarding(ForwardedPod pod, Loopbacks.Loopback loopback) {
        this(pod, loopback, PATIENCE);
    }

    PortForwarding(ForwardedPod pod, Loopbacks.Loopback loopback, Duration patience) {
        this.pod = pod;
        this.loopback = loopback;
        this.halves = new Halves(SpdySession.MOST_STREAMS / 2, patience);
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
        Thread watch = Thread.ofVirtual().name("forward-halves").start(halves::watch);
        try {
            new SpdySession(client.input(), client.output(), this::opened).run();
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("a forwarding client ended");
        } finally {
            watch.interrupt();
        }
    }

    private boolean opened(SpdyStream stream) {
        Optional<Integer> port = port(stream.header("port"));
        String type = stream.header("streamtype");
        if (port.isEmpty() || !(type.equals(ERROR) || type.equals(DATA))) {
            return false;
        }
        String request = request(stream, type);
        if (type.equals(DATA)) {
            Optional<SpdyStream> error = halves.take(request, ERROR);
            error.ifPresent(each -> start(stream, each, port.get()));
            return error.isPresent() || halves.add(request, type, stream);
        }
        Optional<SpdyStream> data = halves.take(request, DATA);
        data.ifPresent(each -> start(each, stream, port.get()));
        return data.isPresent() || halves.add(request, type, stream);
    }

    private void start(SpdyStream data, SpdyStream error, int port) {
        Thread.ofVirtual()
                .name("forward")
                .start(() -> {
                    try {
                        forward(data, error, port);
                    } catch (IOException e) {
                        LOG.atDebug().setCause(e).log("a forwarding client has gone");
                    }
                });
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
            data.leadsTo(connection);
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
            SpdyStream.close(connection);
        }
    }
}
