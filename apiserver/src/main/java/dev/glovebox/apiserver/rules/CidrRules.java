package dev.glovebox.apiserver.rules;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Rules about ranges of addresses, `10.0.0.0/8` or `2001:db8::/64`, as older fields take them.
final class CidrRules {
    private static final String WORDS =
            "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";
    private static final Pattern LENGTH = Pattern.compile("\\d{1,9}");

    private CidrRules() {}

    private record Range(IpAddress address, int prefix) {
        boolean holds(Range other) {
            return address.bits() == other.address.bits()
                    && prefix < other.prefix
                    && high(address).equals(high(other.address));
        }

        private BigInteger high(IpAddress of) {
            return of.value().shiftRight(of.bits() - prefix);
        }

        Range masked() {
            int low = address.bits() - prefix;
            return new Range(
                    new IpAddress(address.value().shiftRight(low).shiftLeft(low), address.bits()),
                    prefix);
        }

        String text() {
            return address.text() + "/" + prefix;
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

    /// What Kubernetes warns of in a text that is a range, written as nobody should.
    static List<String> warnings(String text, Path path) {
        Optional<Range> range = parse(text);
        if (range.isEmpty()) {
            return List.of();
        }
        Range masked = range.get().masked();
        if (!masked.equals(range.get())) {
            String single = range.get().address().text() + "/" + range.get().address().bits();
            return List.of(
                    "%s: CIDR value \"%s\" is ambiguous in this context (should be \"%s\" or \"%s\"?)"
                            .formatted(path.text(), text, masked.text(), single));
        }
        if (masked.text().equals(text)) {
            return List.of();
        }
        return List.of(
                (masked.address().bits() == 128
                                ? "%s: IPv6 CIDR value \"%s\" should be in RFC 5952 canonical format (\"%s\")"
                                : "%s: non-standard CIDR value \"%s\" will be considered invalid in a future Kubernetes release: use \"%s\"")
                        .formatted(path.text(), text, masked.text()));
    }

    private static Optional<Range> parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || !LENGTH.matcher(text.substring(slash + 1)).matches()) {
            return Optional.empty();
        }
        int prefix = Integer.parseInt(text.substring(slash + 1));
        return IpAddress.parse(text.substring(0, slash))
                .filter(address -> prefix <= address.bits())
                .map(address -> new Range(address, prefix));
    }
}
