package dev.glovebox.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/// Whether the kernel can give pods IPv6.
public final class Ipv6Support {
    private final Path sysctls;

    /// This machine's.
    public Ipv6Support() {
        this(Path.of("/proc/sys/net/ipv6"));
    }

    Ipv6Support(Path sysctls) {
        this.sysctls = sysctls;
    }

    /// Why it cannot give them what is asked, and what would help, in a sentence; empty where it
    /// can, and where no IPv6 is asked for.
    ///
    /// @param pods ranges of their addresses; where IPv6 is first, the machine's loopback has one
    ///   too ([LoopbackAddress])
    public Optional<String> absence(Ranges pods) {
        if (!pods.has(Family.IPV6)) {
            return Optional.empty();
        }
        String cure =
                pods.has(Family.IPV4)
                        ? "leave the range of IPv6 addresses out"
                        : "give pods IPv4 addresses";
        if (!Files.isDirectory(sysctls)) {
            return Optional.of(
                    "this machine's kernel has no IPv6; boot it without ipv6.disable=1, or "
                            + cure);
        }
        return Stream.of("all", "default", "lo")
                .filter(each -> !each.equals("lo") || pods.first().family() == Family.IPV6)
                .filter(this::isOff)
                .map(each ->
                        "IPv6 is switched off on this machine; switch it on: sudo sysctl -w net.ipv6.conf.%s.disable_ipv6=0, or %s"
                                .formatted(each, cure))
                .findFirst();
    }

    private boolean isOff(String which) {
        Path file = sysctls.resolve("conf/" + which + "/disable_ipv6");
        try {
            return !Files.readString(file).strip().equals("0");
        } catch (IOException e) {
            throw new NetworkException("cannot read " + file, e);
        }
    }
}
