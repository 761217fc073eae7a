package dev.glovebox.apiserver;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.glovebox.apiserver.pki.TestCertificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// What webhooks of tests listen with: a port of the loopback, a certificate by an authority of its
/// own for `localhost` and a Service, and a thread for each request.
final class TlsServer implements AutoCloseable {
    private final TestCertificates certificates =
            TestCertificates.of("localhost", "hook.default.svc");
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpsServer server;

    /// @param handler answers at every path that has none of its own
    TlsServer(HttpHandler handler) throws IOException {
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(certificates.server()));
        server.setExecutor(threads);
        server.createContext("/", handler);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    /// As a `caBundle` has it.
    String authority() {
        return certificates.authority();
    }

    void at(String path, HttpHandler handler) {
        server.createContext(path, handler);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
