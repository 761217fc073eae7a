package dev.glovebox.apiserver.cel;

import dev.glovebox.apiserver.rules.IpAddress;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/// A block of addresses.
///
/// @param address any in the block
/// @param bits that all have in common
record Cidr(InetAddress address, int bits) {
    /// @throws IllegalArgumentException when the text is no block
    static Cidr parse(String text) {
        int at = text.indexOf('/');
        String bits = at < 0 ? "" : text.substring(at + 1);
        if (!bits.matches("0|[1-9][0-9]{0,2}")) {
            throw new IllegalArgumentException(
                    "network address parse error during conversion from string: " + text);
        }
        InetAddress address = address(text.substring(0, at));
        Cidr block = new Cidr(address, Integer.parseInt(bits));
        if (block.bits > address.getAddress().length * 8) {
            throw new IllegalArgumentException(
                    "network address parse error during conversion from string: " + text);
        }
        return block;
    }

    /// @throws IllegalArgumentException when the text is no address
    static InetAddress address(String text) {
        if (IpAddress.parse(text).isEmpty()) {
            throw new IllegalArgumentException(
                    "IP Address \"" + text + "\" parse error during conversion from string");
        }
        InetAddress address = InetAddress.ofLiteral(text);
        if (address instanceof Inet4Address && text.contains(":")) {
            throw new IllegalArgumentException(
                    "IPv4-mapped IPv6 address \"" + text + "\" is not allowed");
        }
        return address;
    }

    /// The canonical text of an address.
    static String text(InetAddress address) {
        return IpAddress.parse(address.getHostAddress()).map(IpAddress::text).orElseThrow();
    }

    Cidr masked() {
        byte[] bytes = address.getAddress();
        for (int i = 0; i < bytes.length; i++) {
            int kept = Math.clamp(bits - i * 8L, 0, 8);
            bytes[i] = (byte) (bytes[i] & (0xff << (8 - kept)));
        }
        try {
            return new Cidr(InetAddress.getByAddress(bytes), bits);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of a wrong length", e);
        }
    }

    boolean contains(InetAddress other) {
        return other.getAddress().length == address.getAddress().length
                && new Cidr(other, bits).masked().address.equals(masked().address);
    }

    boolean contains(Cidr other) {
        return other.bits >= bits && contains(other.address);
    }

    @Override
    public String toString() {
        return text(address) + "/" + bits;
    }
}
