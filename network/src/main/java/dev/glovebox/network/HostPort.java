package dev.glovebox.network;

/// A port of the host that leads to a port of a pod.
///
/// @param protocol of the transport
/// @param hostAddress IPv4 address of the host, or empty for all of them
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
            Ipv4.check(hostAddress);
        }
    }

    private static void check(int port) {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("not a port: " + port);
        }
    }
}
