package dev.glovebox.apiserver.http;

import dev.glovebox.apiserver.Api;
import dev.glovebox.http.HttpServer;
import dev.glovebox.http.HttpSettings;
import dev.glovebox.model.Authority;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Optional;

/// Serves the API over HTTPS, HTTP/1.1 and HTTP/2.
public final class ApiHttpServer implements AutoCloseable {
    /// The version of Kubernetes whose API this is, as `/version` and nodes show it.
    public static final String VERSION = Documents.VERSION;

    private final HttpServer server;

    private ApiHttpServer(HttpServer server) {
        this.server = server;
    }

    /// Listens, and answers by `api` from now on.
    ///
    /// @throws dev.glovebox.http.ListenException when the address cannot be listened on
    public static ApiHttpServer start(ApiHttpSettings settings, Api api) {
        return new ApiHttpServer(
                HttpServer.start(
                        new HttpSettings(
                                settings.listen(), Optional.of(settings.tls()), settings.limits()),
                        new ApiHandler(settings, api)));
    }

    /// Where the server listens, with the port that it was given.
    public InetSocketAddress address() {
        return (InetSocketAddress) server.address();
    }

    /// How a client on this machine reaches it.
    public URI url() {
        InetSocketAddress address = address();
        String host =
                address.getAddress().isAnyLocalAddress()
                        ? "127.0.0.1"
                        : address.getAddress().getHostAddress().replaceFirst("%.*", "");
        return URI.create("https://" + Authority.of(host, address.getPort()));
    }

    /// Ends watches and streams in order, then everything else.
    @Override
    public void close() {
        server.close();
    }
}
