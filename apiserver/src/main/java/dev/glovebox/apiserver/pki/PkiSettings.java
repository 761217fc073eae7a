package dev.glovebox.apiserver.pki;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Objects;

/// What certificates are made from.
///
/// @param directory where they lie; made if absent
/// @param addresses of the API server beyond loopback: the address that it listens on, the first
///   address of services
/// @param clock tells when a certificate is near its end
public record PkiSettings(Path directory, List<InetAddress> addresses, Clock clock) {
    /// Copies the addresses.
    public PkiSettings {
        Objects.requireNonNull(directory, "directory");
        Objects.requireNonNull(clock, "clock");
        addresses = List.copyOf(addresses);
    }
}
