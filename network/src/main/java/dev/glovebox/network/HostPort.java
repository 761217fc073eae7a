package dev.glovebox.network;

import java.util.Optional;
import java.util.Set;

/// A port of the host that leads to a port of a pod.
///
/// @param protocol of the transport
/// @param hostAddress address of the host; empty for all of them, `0.0.0.0` or `::` for all of a
///   family
/// @param hostPort 1 to 65535
/// @param podPort 1 to 65535
public record HostPort(Protocol protocol, String hostAddress, int hostPort, int podPort) {
    /// Transports that nft can translate.
    public enum Protocol {
        /// Transmission Control Protocol.
        TCP("tcp"),
        /// User Datagram Protocol.
        UDP("udp"),
        /// Stream Control Transmission Protocol.
        SCTP("sctp");

        private final String word;

        Protocol(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    /// Checks the ports and the address.
    public HostPort {
        check(hostPort);
        check(podPort);
        if (!hostAddress.isEmpty()) {
            Family.check(hostAddress);
        }
    }

    /// Whether it leads to an address: the host's is of the same family, or is not said.
    public boolean leadsTo(String podAddress) {
        return hostAddress.isEmpty() || Family.of(hostAddress) == Family.of(podAddress);
    }

    /// nft's condition for packets of a family that come to it; empty where it has no address of
    /// that family.
    Optional<String> destination(Family family) {
        boolean every = Set.of("", "0.0.0.0", "::").contains(hostAddress);
        if (!hostAddress.isEmpty() && Family.of(hostAddress) != family) {
            return Optional.empty();
        }
        String daddr = family.header() + " daddr ";
        return Optional.of(
                every
                        ? daddr
                                + (family == Family.IPV4 ? "!= 127.0.0.0/8" : "!= ::1")
                                + " fib daddr type local"
                        : daddr + hostAddress);
    }

    private static void check(int port) {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("not a port: " + port);
        }
    }
}
