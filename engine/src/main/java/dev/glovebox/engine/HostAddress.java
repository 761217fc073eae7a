package dev.glovebox.engine;

import dev.glovebox.network.Family;
import dev.glovebox.network.Ranges;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The addresses that the node shows as its own.
final class HostAddress {
    private HostAddress() {}

    /// The first global address of an interface that is up and no link to a pod; the loopback where
    /// the machine has no other.
    static String find() {
        return first(Inet4Address.class).orElse("127.0.0.1");
    }

    /// The same, and where pods have IPv6 the first global address of that, where there is one.
    static List<String> all(Ranges pods) {
        return with(find(), pods);
    }

    /// An address that was chosen, and beside it one of IPv6 where [#all] would have it.
    static List<String> beside(InetAddress chosen, Ranges pods) {
        String address = chosen.getHostAddress();
        return chosen instanceof Inet4Address ? with(address, pods) : List.of(address);
    }

    private static List<String> with(String address, Ranges pods) {
        Stream<String> more =
                pods.ipv6().isPresent() ? first(Inet6Address.class).stream() : Stream.of();
        return Stream.concat(Stream.of(address), more).toList();
    }

    private static Optional<String> first(Class<? extends InetAddress> family) {
        try {
            return NetworkInterface.networkInterfaces()
                    .filter(HostAddress::serves)
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(family::isInstance)
                    .filter(address -> !address.isLinkLocalAddress())
                    .map(HostAddress::text)
                    .findFirst();
        } catch (SocketException e) {
            throw new EngineException("cannot list the network's interfaces", e);
        }
    }

    /// Without the interface that Java writes behind it.
    private static String text(InetAddress address) {
        String text = address.getHostAddress().replaceFirst("%.*", "");
        return Family.spelled(text).orElse(text);
    }

    private static boolean serves(NetworkInterface each) {
        try {
            return each.isUp() && !each.isLoopback() && !each.getName().startsWith("veth");
        } catch (SocketException gone) {
            return false;
        }
    }
}
