package dev.glovebox.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A registry that can only be read from (OCI distribution's pull), with one image in it, on
/// loopback.
final class LoopbackRegistry implements AutoCloseable {
    private static final int PIECES = 40;

    private final HttpServer server;
    private final Image image;
    private final String repository;
    private volatile Duration largest = Duration.ZERO;
    private volatile String authorization = "";
    private final Set<String> pulled = ConcurrentHashMap.newKeySet();

    private LoopbackRegistry(HttpServer server, String repository, Image image) {
        this.server = server;
        this.repository = repository;
        this.image = image;
    }

    /// The same, which takes so long for its largest blob.
    static LoopbackRegistry slowly(String repository, Image image, Duration largest) {
        var registry = serving(repository, image);
        registry.largest = largest;
        return registry;
    }

    static LoopbackRegistry serving(String repository, Image image) {
        try {
            var server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            var registry = new LoopbackRegistry(server, repository, image);
            server.createContext("/v2/", registry::answer);
            server.start();
            return registry;
        } catch (IOException e) {
            throw new UncheckedIOException("no registry on loopback", e);
        }
    }

    /// The same, which answers nobody but who sends this name and password (RFC 7617).
    static LoopbackRegistry behind(String user, String password, String repository, Image image) {
        var registry = serving(repository, image);
        var login = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        registry.authorization = "Basic " + Base64.getEncoder().encodeToString(login);
        return registry;
    }

    /// Its host and port.
    String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /// The image's name here, with its tag.
    String name(String tag) {
        return address() + "/" + repository + ":" + tag;
    }

    /// Digests of what has been fetched.
    Set<String> pulled() {
        return Set.copyOf(pulled);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var path = exchange.getRequestURI().getPath();
            var parts = path.substring("/v2/".length()).split("/(?=manifests/|blobs/)", -1);
            var sent = exchange.getRequestHeaders().getFirst("Authorization");
            if (!authorization.isEmpty() && !authorization.equals(sent)) {
                exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"test\"");
                exchange.sendResponseHeaders(401, -1);
            } else if (path.equals("/v2/")) {
                exchange.sendResponseHeaders(200, -1);
            } else if (parts.length != 2 || !parts[0].equals(repository)) {
                exchange.sendResponseHeaders(404, -1);
            } else {
                send(
                        exchange,
                        parts[1].substring(0, parts[1].indexOf('/')),
                        parts[1].substring(parts[1].indexOf('/') + 1));
            }
        }
    }

    private void send(HttpExchange exchange, String what, String reference) throws IOException {
        Map<String, byte[]> blobs = image.blobs();
        var digest = reference.startsWith("sha256:") ? reference : Image.digest(image.manifest());
        var content = blobs.get(digest);
        if (content == null || !(reference.startsWith("sha256:") || reference.equals("v1"))) {
            exchange.sendResponseHeaders(404, -1);
            return;
        }
        var headers = exchange.getResponseHeaders();
        headers.set(
                "Content-Type",
                what.equals("manifests") ? Image.MANIFEST_TYPE : "application/octet-stream");
        headers.set("Docker-Content-Digest", digest);
        if (exchange.getRequestMethod().equals("HEAD")) {
            headers.set("Content-Length", Integer.toString(content.length));
            exchange.sendResponseHeaders(200, -1);
            return;
        }
        exchange.sendResponseHeaders(200, content.length);
        write(exchange.getResponseBody(), content);
        pulled.add(digest);
    }

    /// In pieces, the bytes of the largest blob being spread over the time for it.
    private void write(OutputStream out, byte[] content) throws IOException {
        int most = image.blobs().values().stream().mapToInt(blob -> blob.length).max().orElse(1);
        int piece = Math.max(1, most / PIECES);
        for (int from = 0; from < content.length; from += piece) {
            out.write(content, from, Math.min(piece, content.length - from));
            out.flush();
            pause(largest.dividedBy(PIECES));
        }
    }

    private static void pause(Duration wait) {
        try {
            Thread.sleep(wait);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
