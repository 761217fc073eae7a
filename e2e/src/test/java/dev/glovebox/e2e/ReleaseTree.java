package dev.glovebox.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// gVisor's release tree on this machine's loopback: one program, whose digest may be another's.
final class ReleaseTree implements AutoCloseable {
    private final HttpServer server;
    private final Map<String, byte[]> files = new ConcurrentHashMap<>();

    /// Publishes a runsc.
    ///
    /// @param promised whose digest is published
    ReleaseTree(Path runsc, Path promised) {
        try {
            var name = "/" + architecture() + "/runsc";
            files.put(name, Files.readAllBytes(runsc));
            files.put(
                    name + ".sha512",
                    (sha512(promised) + "  runsc\n").getBytes(StandardCharsets.UTF_8));
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/latest", this::answer);
        server.start();
    }

    /// The address above the versions.
    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private static String architecture() {
        return System.getProperty("os.arch").equals("amd64") ? "x86_64" : "aarch64";
    }

    private static String sha512(Path file) throws IOException {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-512").digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var file = files.get(exchange.getRequestURI().getPath().substring("/latest".length()));
            if (file == null) {
                exchange.sendResponseHeaders(404, -1);
            } else {
                exchange.sendResponseHeaders(200, file.length);
                exchange.getResponseBody().write(file);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
