package dev.glovebox.engine;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;

/// The IPv4 address that the node shows as its own.
final class HostAddress {
    private HostAddress() {}

    /// The first global address of an interface that is up and no link to a pod; the loopback where
    /// the machine has no other.
    static String find() {
        try {
            return NetworkInterface.networkInterfaces()
                    .filter(HostAddress::serves)
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(Inet4Address.class::isInstance)
                    .filter(address -> !address.isLinkLocalAddress())
                    .map(InetAddress::getHostAddress)
                    .findFirst()
                    .orElse("127.0.0.1");
        } catch (SocketException e) {
            throw new EngineException("cannot list the network's interfaces", e);
        }
    }

    private static boolean serves(NetworkInterface each) {
        try {
            return each.isUp() && !each.isLoopback() && !each.getName().startsWith("veth");
        } catch (SocketException gone) {
            return false;
        }
    }
}
