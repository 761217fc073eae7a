package dev.glovebox.node.probe;

import dev.glovebox.http.UnverifiedTls;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// One GET of HTTP/1.1, on a connection of its own that is closed afterwards. Certificates are not
/// verified: a probe asks an address, not a name. All of it ends when its time is over, however
/// slowly the server speaks, and no more is read than [#LONGEST_HEAD] and [#LONGEST_BODY].
final class HttpGet {
    /// Most bytes of a status line and headers.
    static final int LONGEST_HEAD = 64 << 10;

    /// Most bytes that are read of a body.
    static final int LONGEST_BODY = 10 << 10;

    /// @param location empty where there is none
    /// @param body its beginning
    record Response(int status, Optional<String> location, String body) {}

    /// A header that a request cannot hold.
    static final class InvalidHeader extends IOException {
        private static final long serialVersionUID = 1L;

        InvalidHeader(String name) {
            super("net/http: invalid header field value for \"" + name + "\"");
        }
    }

    /// The time was over.
    static final class TimedOut extends IOException {
        private static final long serialVersionUID = 1L;

        TimedOut(IOException cause) {
            super("time out", cause);
        }
    }

    private HttpGet() {}

    /// Blocks, at most `timeout`.
    static Response get(URI uri, List<Action.Header> headers, Duration timeout) throws IOException {
        byte[] request = request(uri, headers);
        AtomicBoolean late = new AtomicBoolean();
        try (Socket plain = new Socket(Proxy.NO_PROXY)) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            CompletableFuture<Void> watch =
                    done.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                            .exceptionally(e -> {
                                late.set(true);
                                closeQuietly(plain);
                                return null;
                            });
            try {
                plain.connect(new InetSocketAddress(host(uri), port(uri)));
                Socket socket =
                        uri.getScheme().equals("https")
                                ? UnverifiedTls.over(plain, host(uri), port(uri))
                                : plain;
                socket.getOutputStream().write(request);
                socket.getOutputStream().flush();
                return read(socket.getInputStream());
            } finally {
                done.complete(null);
                watch.join();
            }
        } catch (IOException e) {
            throw late.get() ? new TimedOut(e) : e;
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // Whoever reads hears of it.
            return;
        }
    }

    private static byte[] request(URI uri, List<Action.Header> headers) throws InvalidHeader {
        StringBuilder request = new StringBuilder("GET ");
        request.append(uri.getRawPath());
        if (uri.getRawQuery() != null) {
            request.append('?').append(uri.getRawQuery());
        }
        request.append(" HTTP/1.1\r\nHost: ")
                .append(checked("Host", Actions.value(headers, "Host").orElse(uri.getAuthority())))
                .append("\r\n");
        for (Action.Header header : headers) {
            if (!header.name().equalsIgnoreCase("Host")) {
                String value = header.value() == null ? "" : header.value();
                request.append(checked(header.name(), header.name()))
                        .append(": ")
                        .append(checked(header.name(), value))
                        .append("\r\n");
            }
        }
        return request.append("Connection: close\r\n\r\n")
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String checked(String name, String text) throws InvalidHeader {
        if (text.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7f)) {
            throw new InvalidHeader(name);
        }
        return text;
    }

    private static String host(URI uri) throws IOException {
        String host = uri.getHost();
        if (host == null) {
            throw new IOException("no host in request URL");
        }
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static int port(URI uri) {
        return uri.getPort() >= 0 ? uri.getPort() : uri.getScheme().equals("https") ? 443 : 80;
    }

    private static Response read(InputStream in) throws IOException {
        int[] left = {LONGEST_HEAD};
        int status;
        Optional<String> location;
        do {
            status = status(line(in, left));
            location = Optional.empty();
            for (String line = line(in, left); !line.isEmpty(); line = line(in, left)) {
                int colon = line.indexOf(':');
                if (colon > 0
                        && line.substring(0, colon)
                                .strip()
                                .toLowerCase(Locale.ROOT)
                                .equals("location")) {
                    location = Optional.of(line.substring(colon + 1).strip());
                }
            }
        } while (status >= 100 && status < 200);
        boolean redirect = status >= 300 && status < 400;
        String body =
                redirect ? new String(in.readNBytes(LONGEST_BODY), StandardCharsets.UTF_8) : "";
        return new Response(status, location, body);
    }

    private static int status(String line) throws IOException {
        String[] words = line.split(" ", 3);
        if (words.length < 2
                || !words[0].matches("HTTP/1\\.[01]")
                || !words[1].matches("[1-9]\\d\\d")) {
            throw new IOException("malformed HTTP response");
        }
        return Integer.parseInt(words[1]);
    }

    private static String line(InputStream in, int[] left) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("EOF");
            }
            if (--left[0] < 0) {
                throw new IOException(
                        "server response headers exceeded " + LONGEST_HEAD + " bytes");
            }
            line.write(c);
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }
}
