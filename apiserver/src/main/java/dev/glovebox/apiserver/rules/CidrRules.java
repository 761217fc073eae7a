package dev.glovebox.apiserver.rules;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.Optional;

/// Rules about ranges of addresses, `10.0.0.0/8` or `2001:db8::/64`.
final class CidrRules {
    private static final String WORDS =
            "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";

    private CidrRules() {}

    /// @param bits of an address: 32 or 128
    private record Range(BigInteger address, int prefix, int bits) {
        boolean holds(Range other) {
            return bits == other.bits
                    && prefix < other.prefix
                    && address.shiftRight(bits - prefix)
                            .equals(other.address.shiftRight(bits - prefix));
        }
    }

    static boolean check(String text, Path path, FieldErrors errors) {
        boolean valid = parse(text).isPresent();
        if (!valid) {
            errors.invalid(path, text, WORDS);
        }
        return valid;
    }

    /// Whether the range holds the other and is larger.
    static boolean holds(String range, String other) {
        return parse(range).flatMap(outer -> parse(other).map(outer::holds)).orElse(false);
    }

    private static Optional<Range> parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || text.length() > 64 || !Words.ip(text.substring(0, slash)).isEmpty()) {
            return Optional.empty();
        }
        try {
            byte[] bytes = InetAddress.ofLiteral(text.substring(0, slash)).getAddress();
            String length = text.substring(slash + 1);
            int prefix = Integer.parseInt(length);
            int bits = bytes.length * 8;
            boolean canonical = length.equals(Integer.toString(prefix));
            return canonical && prefix >= 0 && prefix <= bits
                    ? Optional.of(new Range(new BigInteger(1, bytes), prefix, bits))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
