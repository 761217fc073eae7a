package dev.glovebox.network;

import java.util.regex.Pattern;

/// A range of IPv4 addresses, for example `10.244.0.0/16`.
///
/// @param text address and prefix length
public record Cidr(String text) {
    private static final Pattern FORM =
            Pattern.compile(
                    "((25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(?!$|/)|(?=/))){4}/(3[0-2]|[12]?\\d)");

    /// Refuses what is not an IPv4 range.
    public Cidr {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("not an IPv4 range: " + text);
        }
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
        long first = address() & (-1L << (Integer.SIZE - prefix()));
        long address = first + ((long) index << (Integer.SIZE - prefix));
        return new Cidr(
                "%d.%d.%d.%d/%d"
                        .formatted(
                                address >> 24 & 0xff,
                                address >> 16 & 0xff,
                                address >> 8 & 0xff,
                                address & 0xff,
                                prefix));
    }

    private long address() {
        long address = 0;
        for (String number : text.substring(0, text.indexOf('/')).split("\\.", -1)) {
            address = address << 8 | Long.parseLong(number);
        }
        return address;
    }

    @Override
    public String toString() {
        return text;
    }
}
