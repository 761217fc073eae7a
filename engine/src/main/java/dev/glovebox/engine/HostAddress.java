package dev.glovebox.engine;

import dev.glovebox.network.Family;
import dev.glovebox.network.Ranges;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The addresses that the node shows as its own.
final class HostAddress {
    /// The port of RFC 863, where nobody answers.
    private static final int DISCARD = 9;

    private HostAddress() {}

    /// The address that the machine sends from to the world, as a kubelet has it, and where no
    /// route leads there the first global one of an interface that is up and no link to a pod: of
    /// the pods' first family, else of any; the loopback where the machine has no other.
    static String find(Ranges pods) {
        return Stream.concat(pods.families().stream(), Stream.of(Family.values()))
                .flatMap(family -> first(family).stream())
                .findFirst()
                .orElse("127.0.0.1");
    }

    /// An address of each family that pods have, in their order: of each as [#find] has it, where
    /// there is one. Pods always find the machine by their first family.
    ///
    /// @param usual what is shown where the machine has no address of the first family that is
    ///   global, of that family
    static List<String> all(Ranges pods, String usual) {
        return chosenAndMore(first(pods.first().family()).orElse(usual), pods);
    }

    /// An address that was chosen, and beside it one of the pods' second family, as [#all] has it,
    /// where that is of the first.
    static List<String> beside(InetAddress chosen, Ranges pods) {
        String address = text(chosen);
        return Family.of(address) == pods.first().family()
                ? chosenAndMore(address, pods)
                : List.of(address);
    }

    private static List<String> chosenAndMore(String address, Ranges pods) {
        Stream<String> more = pods.second().flatMap(each -> first(each.family())).stream();
        return Stream.concat(Stream.of(address), more).toList();
    }

    private static Optional<String> first(Family family) {
        return sendingToTheWorld(family).or(() -> firstOfTheInterfaces(family));
    }

    /// What the kernel would send from; nothing is sent. Interfaces are listed in no order that
    /// means anything: the bridge of some other containers often comes first.
    private static Optional<String> sendingToTheWorld(Family family) {
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.connect(
                    new InetSocketAddress(
                            switch (family) {
                                case IPV4 -> "203.0.113.1";
                                case IPV6 -> "2001:db8::1";
                            },
                            DISCARD));
            InetAddress own = ((InetSocketAddress) channel.getLocalAddress()).getAddress();
            return Optional.of(own)
                    .filter(address ->
                            !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                    .map(HostAddress::text);
        } catch (IOException | UnsupportedAddressTypeException noRouteOrFamily) {
            return Optional.empty();
        }
    }

    private static Optional<String> firstOfTheInterfaces(Family family) {
        try {
            return NetworkInterface.networkInterfaces()
                    .filter(HostAddress::serves)
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> !address.isLinkLocalAddress())
                    .map(HostAddress::text)
                    .filter(address -> Family.of(address) == family)
                    .findFirst();
        } catch (SocketException e) {
            throw new EngineException("cannot list the network's interfaces", e);
        }
    }

    /// As everybody writes it, without the interface that Java writes behind it.
    static String text(InetAddress address) {
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
