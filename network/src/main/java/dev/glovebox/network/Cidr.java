package dev.glovebox.network;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A range of IPv4 addresses, for example `10.244.0.0/16`.
///
/// @param text address and prefix length
public record Cidr(String text) {
    private static final Pattern FORM = Pattern.compile("(?<address>[0-9.]+)/(3[0-2]|[12]?\\d)");

    /// Refuses what is not an IPv4 range.
    public Cidr {
        Matcher form = FORM.matcher(text);
        if (!form.matches() || !Ipv4.isPlain(form.group("address"))) {
            throw new IllegalArgumentException("not an IPv4 range: " + text);
        }
    }

    /// Whether an IPv4 address is in it.
    public boolean contains(String address) {
        return (Ipv4.number(address) & mask()) == first();
    }

    /// Its last address.
    String last() {
        return text(first() | (~mask() & 0xffffffffL));
    }

    /// The length of its prefix, 0 to 32.
    public int prefix() {
        return Integer.parseInt(text.substring(text.indexOf('/') + 1));
    }

    /// One of the ranges of a longer prefix that it consists of, counted from 0.
    ///
    /// @throws IllegalArgumentException where it has no such part
    public Cidr part(int prefix, int index) {
        if (prefix < prefix() || prefix > Integer.SIZE) {
            throw new IllegalArgumentException(text + " has no parts of /" + prefix);
        }
        if (index < 0 || index >= 1L << (prefix - prefix())) {
            throw new IllegalArgumentException(text + " has no /" + prefix + " number " + index);
        }
        long address = first() + ((long) index << (Integer.SIZE - prefix));
        return new Cidr(text(address) + "/" + prefix);
    }

    private long first() {
        return Ipv4.number(text.substring(0, text.indexOf('/'))) & mask();
    }

    private long mask() {
        return -1L << (Integer.SIZE - prefix());
    }

    private static String text(long address) {
        return "%d.%d.%d.%d"
                .formatted(
                        address >> 24 & 255,
                        address >> 16 & 255,
                        address >> 8 & 255,
                        address & 255);
    }

    @Override
    public String toString() {
        return text;
    }
}
