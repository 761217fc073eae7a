package dev.glovebox.apiserver.http;

import dev.glovebox.apiserver.Answer;
import dev.glovebox.http.Headers;
import dev.glovebox.http.HttpExchange;
import dev.glovebox.http.RawConnection;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.Authority;
import dev.glovebox.model.StatusReason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.Set;

/// Passes a request on to something that serves HTTP inside the cluster, and the answer back,
/// whatever it is. Source: Kubernetes' `nodes/proxy`, `pods/proxy` and `services/proxy`.
final class Passing {
    private static final Set<Integer> WITHOUT_BODY = Set.of(204, 304);

    private final Nodes nodes;
    private final PodAddresses addresses;
    private final PodSocket.Dialer pods;

    Passing(NodeDialer nodes, PodSocket.Dialer pods) {
        this.nodes = new Nodes(nodes);
        this.addresses = new PodAddresses(this.nodes);
        this.pods = pods;
    }

    /// Answers the exchange with what the other side answers.
    ///
    /// @throws ApiException when it cannot be reached, or must not
    void pass(HttpExchange exchange, Answer.Proxied proxied) throws IOException {
        boolean reads = Set.of("GET", "HEAD").contains(exchange.method());
        if (proxied.path().isEmpty() && reads && !exchange.wantsUpgrade()) {
            // Links of the page are relative to it.
            exchange.respond(
                    301,
                    Headers.of("Location", place(proxied) + "/" + query(exchange)),
                    new byte[0]);
            return;
        }
        try (NodeConnection other = open(exchange, proxied.to())) {
            exchange.onGone(other::close);
            answer(exchange, proxied, other, ask(exchange, proxied, other));
        }
    }

    private NodeConnection open(HttpExchange exchange, Answer.Destination to) {
        return switch (to) {
            case Answer.Destination.Node(String name) -> nodes.open(name);
            case Answer.Destination.Pod pod -> {
                addresses.require(exchange, pod);
                try {
                    yield new NodeConnection(
                            pods.open(
                                    new InetSocketAddress(
                                            InetAddress.ofLiteral(pod.address()), pod.port()),
                                    pod.tls()));
                } catch (IOException e) {
                    throw unreachable(e);
                }
            }
        };
    }

    private static NodeConnection.Head ask(
            HttpExchange exchange, Answer.Proxied proxied, NodeConnection other) {
        String path = proxied.path().isEmpty() ? "/" : PassedPath.encoded(proxied.path());
        try {
            return other.ask(
                    exchange.method(),
                    path + query(exchange),
                    PassedHeaders.on(exchange, place(proxied) + path),
                    exchange.body());
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    private static String place(Answer.Proxied proxied) {
        return PassedPath.encoded(proxied.prefix());
    }

    private static String query(HttpExchange exchange) {
        return PassedPath.query(exchange.target());
    }

    private static ApiException unreachable(IOException cause) {
        return new ApiException(
                StatusReason.SERVICE_UNAVAILABLE,
                "error trying to reach service: " + cause.getMessage());
    }

    private static void answer(
            HttpExchange exchange,
            Answer.Proxied proxied,
            NodeConnection other,
            NodeConnection.Head head)
            throws IOException {
        Headers headers = located(PassedHeaders.back(head.headers()), exchange, proxied);
        if (head.code() == 101) {
            if (!exchange.wantsUpgrade()) {
                throw unreachable(new IOException("an upgrade that nobody asked for"));
            }
            Headers upgrade =
                    headers.with("Connection", "Upgrade")
                            .with("Upgrade", head.headers().joined("Upgrade"));
            try (RawConnection client = exchange.upgrade(upgrade)) {
                Streams.join(client, other);
            }
        } else if (exchange.method().equals("HEAD") || WITHOUT_BODY.contains(head.code())) {
            Optional<String> length = head.headers().first("Content-Length");
            exchange.respond(
                    head.code(),
                    length.isPresent() ? headers.with("Content-Length", length.get()) : headers,
                    new byte[0]);
        } else {
            Streams.copy(exchange, head.code(), headers, other.body(head));
        }
    }

    /// The answer's headers with a redirection to another page of the same server led through this
    /// one again.
    private static Headers located(Headers headers, HttpExchange exchange, Answer.Proxied proxied) {
        Optional<String> location = headers.first("Location");
        if (location.isEmpty()) {
            return headers;
        }
        String host = exchange.headers().first("Host").orElse("");
        return headers.without(Set.of("location"))
                .with("Location", located(location.get(), host, proxied));
    }

    private static String located(String location, String host, Answer.Proxied proxied) {
        try {
            URI uri = new URI(location);
            String authority = Optional.ofNullable(uri.getRawAuthority()).orElse("");
            String path = Optional.ofNullable(uri.getRawPath()).orElse("");
            boolean own =
                    authority.isEmpty() || authority.equals(host) || isOf(authority, proxied.to());
            if (!own || !path.startsWith("/")) {
                return location;
            }
            return (path.startsWith(place(proxied)) ? path : place(proxied) + path)
                    + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery())
                    + (uri.getRawFragment() == null ? "" : "#" + uri.getRawFragment());
        } catch (URISyntaxException e) {
            return location;
        }
    }

    private static boolean isOf(String authority, Answer.Destination to) {
        return to instanceof Answer.Destination.Pod pod
                && Set.of(Authority.host(pod.address()), Authority.of(pod.address(), pod.port()))
                        .contains(authority);
    }
}
