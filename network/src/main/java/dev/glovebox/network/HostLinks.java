package dev.glovebox.network;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.Stream;

/// Which of the host's interfaces leads to a pod, from the kernel's routing tables: `ptp` gives
/// each address of a pod a route of its own.
public final class HostLinks {
    private static final String HOST_MASK = "FFFFFFFF";
    private static final String HOST_PREFIX = "80";

    /// Set in the flags of a route to an address of the host's own (`RTF_LOCAL` of
    /// `linux/ipv6_route.h`).
    private static final long LOCAL = 0x80000000L;

    private final Path routes;
    private final Path routes6;
    private final Path links;

    /// The machine's routing tables.
    public HostLinks() {
        this(
                Path.of("/proc/net/route"),
                Path.of("/proc/net/ipv6_route"),
                Path.of("/sys/class/net"));
    }

    /// @param routes6 may be missing, on a kernel without IPv6
    HostLinks(Path routes, Path routes6, Path links) {
        this.routes = routes;
        this.routes6 = routes6;
        this.links = links;
    }

    /// The interface whose route leads to this one address and no other, or empty when there is
    /// none.
    public Optional<String> towards(String address) {
        Family.check(address);
        byte[] bytes = InetAddress.ofLiteral(address).getAddress();
        return switch (Family.of(address)) {
            case IPV4 -> towards4(littleEndianHex(bytes));
            case IPV6 -> towards6(HexFormat.of().formatHex(bytes));
        };
    }

    /// Whether what goes over an interface is routed by the host: not where it is a bridge's port,
    /// whose packets pass other ports without being routed.
    public boolean isRouted(String link) {
        return Files.exists(links.resolve(link)) && !Files.exists(links.resolve(link + "/master"));
    }

    private Optional<String> towards4(String wanted) {
        return lines(routes)
                .skip(1)
                .filter(f -> f.length > 7 && f[1].equals(wanted) && f[7].equals(HOST_MASK))
                .map(fields -> fields[0])
                .findFirst();
    }

    private Optional<String> towards6(String wanted) {
        if (!Files.exists(routes6)) {
            return Optional.empty();
        }
        return lines(routes6)
                .filter(f -> f.length > 9 && f[0].equals(wanted) && f[1].equals(HOST_PREFIX))
                .filter(f -> (Long.parseLong(f[8], 16) & LOCAL) == 0)
                .map(fields -> fields[9])
                .findFirst();
    }

    private static Stream<String[]> lines(Path table) {
        try {
            return Files.readAllLines(table).stream().map(line -> line.strip().split("\\s+"));
        } catch (IOException e) {
            throw new NetworkException("cannot read the routing table " + table, e);
        }
    }

    /// The kernel prints addresses of version 4 as 32-bit numbers in the machine's byte order.
    private static String littleEndianHex(byte[] b) {
        return "%02X%02X%02X%02X".formatted(b[3], b[2], b[1], b[0]);
    }
}
