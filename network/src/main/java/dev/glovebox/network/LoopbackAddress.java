package dev.glovebox.network;

import java.util.stream.Stream;

/// An address of the machine's own loopback interface, beside 127.0.0.1: pods can be led to it, and
/// programs can listen there without anybody else's port being in the way. Set by `ip`.
///
/// @param address IPv4
public record LoopbackAddress(String address) {
    /// Refuses what is not a plain address.
    public LoopbackAddress {
        Ipv4.check(address);
    }

    /// The last address of a range of pods: `host-local` hands it to nobody, as it would be the
    /// range's broadcast address.
    public static LoopbackAddress lastOf(Cidr pods) {
        return new LoopbackAddress(pods.last());
    }

    /// Adds it, or leaves it where it is there.
    ///
    /// @throws NetworkException when it cannot be added
    public void add() {
        run("address", "replace", address + "/32", "dev", "lo");
    }

    /// Removes it. Without effect where it is not there.
    public void remove() {
        if (run("-o", "address", "show", "dev", "lo").contains(" " + address + "/32 ")) {
            run("address", "delete", address + "/32", "dev", "lo");
        }
    }

    private static String run(String... words) {
        return Commands.run(Stream.concat(Stream.of("ip"), Stream.of(words)).toList(), "");
    }
}
