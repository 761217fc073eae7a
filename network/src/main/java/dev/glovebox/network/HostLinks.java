package dev.glovebox.network;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Which of the host's interfaces leads to a pod, from the kernel's routing table: `ptp` gives each
/// pod a route of its own.
public final class HostLinks {
    private static final String HOST_MASK = "FFFFFFFF";

    private final Path routes;

    /// The machine's routing table.
    public HostLinks() {
        this(Path.of("/proc/net/route"));
    }

    HostLinks(Path routes) {
        this.routes = routes;
    }

    /// The interface whose route leads to this one address and no other, or empty when there is
    /// none.
    public Optional<String> towards(String address) {
        String wanted = littleEndianHex(address);
        try {
            return Files.readAllLines(routes).stream()
                    .skip(1)
                    .map(line -> line.strip().split("\\s+"))
                    .filter(f -> f.length > 7 && f[1].equals(wanted) && f[7].equals(HOST_MASK))
                    .map(fields -> fields[0])
                    .findFirst();
        } catch (IOException e) {
            throw new NetworkException("cannot read the routing table " + routes, e);
        }
    }

    /// The kernel prints addresses as 32-bit numbers in the machine's byte order.
    private static String littleEndianHex(String address) {
        Ipv4.check(address);
        try {
            byte[] b = InetAddress.getByName(address).getAddress();
            return "%02X%02X%02X%02X".formatted(b[3], b[2], b[1], b[0]);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("not an IPv4 address: " + address, e);
        }
    }
}
