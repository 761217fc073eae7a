package dev.glovebox.apiserver.rules;

import com.google.errorprone.annotations.Immutable;
import java.math.BigInteger;
import java.net.Inet6Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// An IP address in one of the texts that Kubernetes takes in its older fields: leading zeros in
/// version 4 and version 4 inside version 6 are allowed there. Source: apimachinery's
/// `util/validation/ip.go` without `StrictIPCIDRValidation`.
///
/// @param value as a number
/// @param bits 32 or 128
@Immutable
public record IpAddress(BigInteger value, int bits) {
    private static final Pattern IPV4 = Pattern.compile("\\d{1,10}(\\.\\d{1,10}){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:]*:[0-9a-fA-F:.]*");
    private static final int LONGEST = 64;

    /// What is said of a text that is no address.
    public static final String WORDS =
            "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";

    /// The address that a text names; empty if it names none.
    public static Optional<IpAddress> parse(String text) {
        if (text.length() > LONGEST) {
            return Optional.empty();
        }
        if (IPV4.matcher(text).matches()) {
            return version4(text);
        }
        if (!IPV6.matcher(text).matches()) {
            return Optional.empty();
        }
        int dots = text.lastIndexOf(':');
        String tail = text.substring(dots + 1);
        if (tail.contains(".") && version4(tail).isEmpty()) {
            return Optional.empty();
        }
        try {
            byte[] bytes = Inet6Address.ofLiteral(text).getAddress();
            return Optional.of(new IpAddress(new BigInteger(1, bytes), bytes.length * 8));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<IpAddress> version4(String text) {
        long value = 0;
        for (String part : text.split("\\.", -1)) {
            long octet = part.isEmpty() || part.length() > 10 ? 256 : Long.parseLong(part);
            if (octet > 255) {
                return Optional.empty();
            }
            value = value * 256 + octet;
        }
        return Optional.of(new IpAddress(BigInteger.valueOf(value), 32));
    }

    /// Notes that a text is no address; whether it is one.
    static boolean check(String text, Path path, FieldErrors errors) {
        boolean valid = parse(text).isPresent();
        if (!valid) {
            errors.invalid(path, text, WORDS);
        }
        return valid;
    }

    /// `IPv4` or `IPv6`.
    public String family() {
        return bits == 32 ? "IPv4" : "IPv6";
    }

    /// The text that everybody writes: RFC 5952.
    public String text() {
        if (bits == 32) {
            long number = value.longValue();
            return (number >> 24)
                    + "."
                    + (number >> 16 & 255)
                    + "."
                    + (number >> 8 & 255)
                    + "."
                    + (number & 255);
        }
        List<String> groups = new ArrayList<>();
        for (int i = 7; i >= 0; i--) {
            groups.add(Integer.toHexString(value.shiftRight(16 * i).intValue() & 0xffff));
        }
        return shortened(groups);
    }

    /// An address in the text that everybody writes; what is none stays as it is.
    public static String spelled(String text) {
        return parse(text).map(IpAddress::text).orElse(text);
    }

    /// The first of the longest runs of zeros becomes `::`.
    private static String shortened(List<String> groups) {
        int start = 0;
        int longest = 1;
        for (int from = 0; from < groups.size(); from++) {
            int to = from;
            while (to < groups.size() && groups.get(to).equals("0")) {
                to++;
            }
            if (to - from > longest) {
                start = from;
                longest = to - from;
            }
        }
        if (longest < 2) {
            return String.join(":", groups);
        }
        return String.join(":", groups.subList(0, start))
                + "::"
                + String.join(":", groups.subList(start + longest, groups.size()));
    }

    /// What Kubernetes warns of in a text that is an address, written as nobody should.
    static List<String> warnings(String text, Path path) {
        Optional<IpAddress> address = parse(text);
        if (address.isEmpty() || address.get().text().equals(text)) {
            return List.of();
        }
        String better = address.get().text();
        if (text.contains(":") && address.get().bits() == 128) {
            return List.of(
                    "%s: IPv6 address \"%s\" should be in RFC 5952 canonical format (\"%s\")"
                            .formatted(path.text(), text, better));
        }
        return List.of(
                "%s: non-standard IP address \"%s\" will be considered invalid in a future Kubernetes release: use \"%s\""
                        .formatted(path.text(), text, better));
    }
}
