package dev.glovebox.network;

import java.util.stream.Stream;

/// An address of the machine's own loopback interface, beside 127.0.0.1: pods can be led to it, and
/// programs can listen there without anybody else's port being in the way. Set by `ip`.
///
/// @param address of either family
public record LoopbackAddress(String address) {
    /// Refuses what is not a plain address.
    public LoopbackAddress {
        Family.check(address);
    }

    /// The last address of a range of pods, which is handed to nobody ([CniConfig]): of IPv4 it
    /// would be the range's broadcast address.
    public static LoopbackAddress lastOf(Cidr pods) {
        return new LoopbackAddress(pods.last());
    }

    /// Adds it, or leaves it where it is there.
    ///
    /// @throws NetworkException when it cannot be added
    public void add() {
        run("address", "replace", whole(), "dev", "lo");
    }

    /// Removes it. Without effect where it is not there.
    public void remove() {
        if (run("-o", "address", "show", "dev", "lo").contains(" " + whole() + " ")) {
            run("address", "delete", whole(), "dev", "lo");
        }
    }

    /// With the length of the address as its prefix.
    private String whole() {
        return address + "/" + Family.of(address).bits();
    }

    private static String run(String... words) {
        return Commands.run(Stream.concat(Stream.of("ip"), Stream.of(words)).toList(), "");
    }
}
