package dev.glovebox.http;

import java.net.SocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/// How a server listens.
///
/// @param listen an `InetSocketAddress` (port 0 for any free one) or a `UnixDomainSocketAddress`
/// @param tls empty for plain HTTP/1.1, as on a unix socket
/// @param limits what one client may take
public record HttpSettings(SocketAddress listen, Optional<ServerTls> tls, Limits limits) {
    /// Refuses null parts.
    public HttpSettings {
        Objects.requireNonNull(listen, "listen");
        Objects.requireNonNull(tls, "tls");
        Objects.requireNonNull(limits, "limits");
    }

    /// What one client may take.
    ///
    /// @param body largest body of a request, in bytes
    /// @param target longest path with its query, in bytes; an exec carries its command there
    /// @param headers all headers of a request together, in bytes
    /// @param connections most connections at once; one more costs an idle one its life, a
    ///   stranger's first, and is closed as it comes if none is idle. At most half of the files
    ///   that the process may open
    /// @param strangers most exchanges at once of clients for whom nobody vouches
    /// @param handshake time for a TLS handshake
    /// @param request time for a whole request to arrive, for each 64 KiB of an answer to be taken,
    ///   and for a stranger's connection to be kept without a request
    /// @param idle time that a known client's connection is kept without a request
    /// @param closing time that running answers get when the server closes
    public record Limits(
            int body,
            int target,
            int headers,
            int connections,
            int strangers,
            Duration handshake,
            Duration request,
            Duration idle,
            Duration closing) {
        /// Three mebibytes a body, as kube-apiserver takes; the rest ample for honest clients.
        public static final Limits DEFAULT =
                new Limits(
                        3 << 20,
                        256 << 10,
                        64 << 10,
                        4096,
                        1024,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(60),
                        Duration.ofMinutes(5),
                        Duration.ofSeconds(5));

        /// These with another limit of connections.
        Limits withConnections(int most) {
            return new Limits(
                    body, target, headers, most, strangers, handshake, request, idle, closing);
        }
    }
}
