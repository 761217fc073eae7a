package dev.glovebox.network;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The versions of the Internet Protocol, in Kubernetes' words, and how their addresses are
/// written.
public enum Family {
    /// Version 4.
    IPV4("IPv4", "ip", "ipv4_addr", 32),
    /// Version 6.
    IPV6("IPv6", "ip6", "ipv6_addr", 128);

    private static final int GROUPS = 8;

    private final String word;
    private final String header;
    private final String type;
    private final int bits;

    Family(String word, String header, String type, int bits) {
        this.word = word;
        this.header = header;
        this.type = type;
        this.bits = bits;
    }

    /// `IPv4` or `IPv6`, as `spec.ipFamilies` and `addressType` have it.
    public String word() {
        return word;
    }

    /// The family that is called so; empty for a word that is none's.
    public static Optional<Family> named(String word) {
        return Arrays.stream(values()).filter(each -> each.word.equals(word)).findFirst();
    }

    /// What nft calls its header.
    String header() {
        return header;
    }

    /// What nft calls the type of its addresses.
    String type() {
        return type;
    }

    /// The length of its addresses.
    public int bits() {
        return bits;
    }

    /// The family of an address or a range that is known to be one.
    public static Family of(String address) {
        return address.indexOf(':') < 0 ? IPV4 : IPV6;
    }

    /// An address of either family in the one text that everybody reads alike: without leading
    /// zeros in version 4, as RFC 5952 has it in version 6. Empty for what is none, for one with a
    /// scope, and for version 4 inside version 6.
    public static Optional<String> spelled(String text) {
        return of(text) == IPV4 ? Ipv4.spelled(text) : spelledIpv6(text);
    }

    private static Optional<String> spelledIpv6(String text) {
        if (text.indexOf('%') >= 0) {
            return Optional.empty();
        }
        try {
            return InetAddress.ofLiteral(text) instanceof Inet6Address address
                    ? Optional.of(text(address.getAddress()))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /// Refuses what is not an address in that very text: these words go into nft's language.
    static void check(String address) {
        if (!spelled(address).filter(address::equals).isPresent()) {
            throw new IllegalArgumentException("not an address: " + address);
        }
    }

    /// An address of version 4 or 6 from its bytes.
    static String text(byte[] bytes) {
        if (bytes.length == Integer.BYTES) {
            return "%d.%d.%d.%d"
                    .formatted(bytes[0] & 255, bytes[1] & 255, bytes[2] & 255, bytes[3] & 255);
        }
        List<String> groups = new ArrayList<>();
        for (int i = 0; i < GROUPS; i++) {
            int group = ((bytes[2 * i] & 255) << 8) | (bytes[2 * i + 1] & 255);
            groups.add(Integer.toHexString(group));
        }
        int start = 0;
        int longest = 1;
        for (int from = 0; from < GROUPS; from++) {
            int zeros = zeros(groups, from);
            if (zeros > longest) {
                start = from;
                longest = zeros;
            }
        }
        return longest < 2
                ? String.join(":", groups)
                : String.join(":", groups.subList(0, start))
                        + "::"
                        + String.join(":", groups.subList(start + longest, GROUPS));
    }

    private static int zeros(List<String> groups, int from) {
        int to = from;
        while (to < GROUPS && groups.get(to).equals("0")) {
            to++;
        }
        return to - from;
    }
}
