package dev.glovebox.apiserver.structural;

import dev.glovebox.apiserver.rules.IpAddress;
import dev.glovebox.apiserver.rules.Words;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// Formats of text that are checked; any other is ignored. Source: apiextensions'
/// `validation/formats.go` and kube-openapi's `strfmt`.
public final class Formats {
    private static final String HEX = "[0-9a-fA-F]";
    private static final Map<String, Predicate<String>> KNOWN = known();

    private Formats() {}

    private static Map<String, Predicate<String>> known() {
        Map<String, Predicate<String>> known = new HashMap<>();
        known.put("bsonobjectid", matching(HEX + "{24}"));
        known.put("uri", Formats::isUri);
        known.put("email", matching("[^@\\s<>]+@[^@\\s<>]+"));
        known.put("hostname", Formats::isHostname);
        known.put("ipv4", text -> !text.contains(":") && IpAddress.parse(text).isPresent());
        known.put("ipv6", text -> text.contains(":") && IpAddress.parse(text).isPresent());
        known.put("cidr", Formats::isCidr);
        known.put(
                "mac",
                matching(
                        "("
                                + HEX
                                + "{2}[:-]){5}(("
                                + HEX
                                + "{2}[:-]){2}|)"
                                + HEX
                                + "{2}|"
                                + HEX
                                + "{4}\\."
                                + HEX
                                + "{4}\\."
                                + HEX
                                + "{4}"));
        known.put("uuid", matching(uuid(HEX, HEX)));
        known.put("uuid3", matching(uuid("3", HEX)));
        known.put("uuid4", matching(uuid("4", "[89abAB]")));
        known.put("uuid5", matching(uuid("5", "[89abAB]")));
        known.put("isbn10", matching("(?:[0-9]{9}X|[0-9]{10})"));
        known.put("isbn13", matching("[0-9]{13}"));
        known.put("isbn", matching("(?:[0-9]{9}X|[0-9]{10}|[0-9]{13})"));
        known.put("ssn", matching("\\d{3}[- ]?\\d{2}[- ]?\\d{4}"));
        known.put("hexcolor", matching("#?(" + HEX + "{3}|" + HEX + "{6})"));
        known.put("rgbcolor", matching("rgb\\((\\s*\\d{1,3}\\s*,){2}\\s*\\d{1,3}\\s*\\)"));
        known.put("creditcard", matching("[0-9 -]{12,23}"));
        known.put(
                "byte", matching("(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"));
        known.put("password", text -> true);
        known.put("date", Formats::isDate);
        known.put(
                "duration",
                matching(
                        "[-+]?([0-9]+(\\.[0-9]*)?\\s*(ns|us|µs|ms|s|m|h|d|w|days?|weeks?|hours?|minutes?|seconds?|milli(second)?s?|micro(second)?s?|nano(second)?s?)\\s*)+|0"));
        known.put("datetime", Formats::isDateTime);
        known.put("k8sshortname", text -> Words.label(text).isEmpty());
        known.put("k8slongname", text -> Words.subdomain(text).isEmpty());
        return Map.copyOf(known);
    }

    /// Whether a format is checked.
    public static boolean isKnown(String format) {
        return KNOWN.containsKey(normal(format));
    }

    /// What the text breaks: the format's name; empty when nothing, or when the format is not
    /// known.
    public static Optional<String> broken(String format, String text) {
        Predicate<String> check = KNOWN.get(normal(format));
        return check == null || check.test(text) ? Optional.empty() : Optional.of(format);
    }

    private static String normal(String format) {
        return format.replace("-", "");
    }

    private static String uuid(String version, String variant) {
        return HEX + "{8}-?" + HEX + "{4}-?" + version + HEX + "{3}-?" + variant + HEX + "{3}-?"
                + HEX + "{12}";
    }

    private static Predicate<String> matching(String expression) {
        com.google.re2j.Pattern pattern = com.google.re2j.Pattern.compile(expression);
        return text -> pattern.matcher(text).matches();
    }

    private static boolean isUri(String text) {
        try {
            return text.startsWith("/") || new URI(text).isAbsolute();
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static boolean isHostname(String text) {
        return text.length() <= 255
                && !text.isEmpty()
                && text.matches(
                        "[a-zA-Z0-9_]([a-zA-Z0-9_-]{0,61}[a-zA-Z0-9])?(\\.[a-zA-Z0-9]([a-zA-Z0-9_-]{0,61}[a-zA-Z0-9])?)*\\.?");
    }

    private static boolean isCidr(String text) {
        int at = text.indexOf('/');
        return at > 0
                && IpAddress.parse(text.substring(0, at)).isPresent()
                && text.substring(at + 1).matches("[0-9]{1,3}")
                && Integer.parseInt(text.substring(at + 1))
                        <= (text.substring(0, at).contains(":") ? 128 : 32);
    }

    private static boolean isDate(String text) {
        try {
            LocalDate.parse(text);
            return true;
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    private static boolean isDateTime(String text) {
        try {
            OffsetDateTime.parse(text.toUpperCase(Locale.ROOT).replace(' ', 'T'));
            return true;
        } catch (DateTimeParseException e) {
            return false;
        }
    }
}
