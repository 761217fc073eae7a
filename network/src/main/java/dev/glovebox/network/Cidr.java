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

    @Override
    public String toString() {
        return text;
    }
}
