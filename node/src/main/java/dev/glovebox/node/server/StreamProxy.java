package dev.glovebox.node.server;

import dev.glovebox.http.Headers;
import dev.glovebox.http.HttpExchange;
import dev.glovebox.http.RawConnection;
import dev.glovebox.node.forward.ForwardUpgrade;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Hands an upgrade on to containerd's streaming server on the loopback and passes the bytes
/// through, whatever protocol they speak. Port-forward in a WebSocket, which it does not know, is
/// taken out of that.
final class StreamProxy {
    private static final Logger LOG = LoggerFactory.getLogger(StreamProxy.class);
    private static final int LARGEST_HEAD = 64 << 10;
    private static final int LARGEST_REFUSAL = 1 << 20;
    private static final Set<String> OWN = Set.of("host", "content-length", "authorization");

    private StreamProxy() {}

    /// Blocks until both sides are done.
    static void pass(HttpExchange exchange, URI target) throws IOException, InterruptedException {
        try (Socket backend = new Socket(target.getHost(), target.getPort())) {
            exchange.onGone(() -> close(backend));
            backend.setTcpNoDelay(true);
            boolean tunnelled = ForwardUpgrade.isTunnelled(exchange);
            send(exchange, target, tunnelled, backend.getOutputStream());
            InputStream answer = backend.getInputStream();
            Head head = Head.read(answer);
            if (head.code() != 101) {
                exchange.respond(
                        head.code(),
                        head.headers()
                                .without(
                                        Set.of(
                                                "content-length",
                                                "transfer-encoding",
                                                "connection")),
                        answer.readNBytes((int) head.length(LARGEST_REFUSAL)));
                return;
            }
            try (RawConnection client =
                    tunnelled
                            ? ForwardUpgrade.tunnel(exchange)
                            : exchange.upgrade(head.headers())) {
                pump(client, backend, answer);
            }
        }
    }

    private static void send(HttpExchange exchange, URI target, boolean tunnelled, OutputStream out)
            throws IOException {
        StringBuilder head = new StringBuilder();
        head.append(tunnelled ? "POST" : exchange.method()).append(' ').append(target.getRawPath());
        if (target.getRawQuery() != null) {
            head.append('?').append(target.getRawQuery());
        }
        head.append(" HTTP/1.1\r\nHost: ").append(target.getAuthority()).append("\r\n");
        Headers headers = tunnelled ? ForwardUpgrade.asSpdy() : exchange.headers().without(OWN);
        for (Headers.Header header : headers.all()) {
            head.append(header.name()).append(": ").append(header.value()).append("\r\n");
        }
        head.append("\r\n");
        out.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    private static void pump(RawConnection client, Socket backend, InputStream answer)
            throws InterruptedException {
        Thread inward =
                Thread.ofVirtual()
                        .name("stream-in")
                        .start(() -> {
                            copy(client.input(), outputOf(backend));
                            shutdownOutput(backend);
                        });
        copy(answer, client.output());
        closeOutput(client);
        close(backend);
        inward.join();
    }

    private static OutputStream outputOf(Socket socket) {
        try {
            return socket.getOutputStream();
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("the stream is closed already");
            return OutputStream.nullOutputStream();
        }
    }

    /// An end of either side ends the copy; it is the ordinary way in which streams end.
    private static void copy(InputStream in, OutputStream out) {
        byte[] buffer = new byte[32 << 10];
        try {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                out.write(buffer, 0, n);
                out.flush();
            }
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("a stream ended");
        }
    }

    private static void shutdownOutput(Socket socket) {
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("the stream is closed already");
        }
    }

    private static void closeOutput(RawConnection client) {
        try {
            client.close();
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("the client went first");
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("the stream is closed already");
        }
    }

    /// The head of an HTTP/1.1 answer.
    record Head(int code, Headers headers) {
        /// Reads up to the empty line and not a byte further: what follows may be raw.
        static Head read(InputStream in) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            int matched = 0;
            while (matched < 4) {
                int next = in.read();
                if (next < 0) {
                    throw new EOFException("containerd's streaming server closed the connection");
                }
                matched = next == "\r\n\r\n".charAt(matched) ? matched + 1 : next == '\r' ? 1 : 0;
                bytes.write(next);
                if (bytes.size() > LARGEST_HEAD) {
                    throw new IOException("the streaming server's answer has too large a head");
                }
            }
            String[] lines = bytes.toString(StandardCharsets.ISO_8859_1).split("\r\n", -1);
            Headers headers = Headers.NONE;
            for (int i = 1; i < lines.length; i++) {
                int colon = lines[i].indexOf(':');
                if (colon > 0) {
                    headers =
                            headers.with(
                                    lines[i].substring(0, colon),
                                    lines[i].substring(colon + 1).strip());
                }
            }
            return new Head(Integer.parseInt(lines[0].split(" ", 3)[1]), headers);
        }

        long length(long most) {
            return headers.first("content-length")
                    .map(Long::parseLong)
                    .map(n -> Math.min(n, most))
                    .orElse(0L);
        }
    }
}
