package dev.glovebox.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

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

    /// Why it cannot, and what would help, in a sentence; empty where it can.
    public Optional<String> absence() {
        if (!Files.isDirectory(sysctls)) {
            return Optional.of(
                    "this machine's kernel has no IPv6; boot it without ipv6.disable=1, or leave the range of IPv6 addresses out");
        }
        return List.of("all", "default").stream()
                .filter(this::isOff)
                .map(each ->
                        "IPv6 is switched off on this machine; switch it on: sudo sysctl -w net.ipv6.conf.%s.disable_ipv6=0, or leave the range of IPv6 addresses out"
                                .formatted(each))
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
