package dev.glovebox.apiserver.cel;

import dev.cel.common.values.CelByteString;
import dev.cel.common.values.NullValue;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// Text from a format and values: `%s`, `%d`, `%f`, `%e`, `%b`, `%o`, `%x`, `%X`, `%%`. Source:
/// cel-go's `ext/formatting.go`.
final class Formatting {
    private static final int MOST_DIGITS = 100;

    private Formatting() {}

    static String format(String format, List<?> arguments) {
        Budget.charge(format.length() + Weights.of(arguments));
        StringBuilder result = new StringBuilder();
        int next = 0;
        int i = 0;
        while (i < format.length()) {
            char c = format.charAt(i++);
            if (c != '%') {
                result.append(c);
                continue;
            }
            if (i == format.length()) {
                throw new IllegalArgumentException("unexpected end of string");
            }
            if (format.charAt(i) == '%') {
                result.append('%');
                i++;
                continue;
            }
            int precision = 6;
            if (format.charAt(i) == '.') {
                int end = i + 1;
                while (end < format.length() && Character.isDigit(format.charAt(end))) {
                    end++;
                }
                precision = precision(format.substring(i + 1, end));
                i = end;
            }
            if (i == format.length()) {
                throw new IllegalArgumentException("unexpected end of string");
            }
            if (next == arguments.size()) {
                throw new IllegalArgumentException("index " + next + " out of range");
            }
            result.append(clause(format.charAt(i++), precision, arguments.get(next++)));
        }
        return result.toString();
    }

    private static int precision(String digits) {
        int precision = digits.isEmpty() || digits.length() > 3 ? 0 : Integer.parseInt(digits);
        return Math.min(precision, MOST_DIGITS);
    }

    private static String clause(char verb, int precision, Object value) {
        return switch (verb) {
            case 's' -> text(value);
            case 'd' -> integer(value, "decimal").toString();
            case 'f' -> fixed(value, precision);
            case 'e' -> String.format(Locale.ROOT, "%." + precision + "e", number(value));
            case 'b' ->
                    value instanceof Boolean truth
                            ? truth ? "1" : "0"
                            : Long.toString(integer(value, "binary"), 2);
            case 'o' -> Long.toString(integer(value, "octal"), 8);
            case 'x' -> hex(value);
            case 'X' -> hex(value).toUpperCase(Locale.ROOT);
            default ->
                    throw new IllegalArgumentException(
                            "could not parse formatting clause: unrecognized formatting clause \""
                                    + verb
                                    + "\"");
        };
    }

    private static String hex(Object value) {
        return switch (value) {
            case String text ->
                    HexFormat.of()
                            .formatHex(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            case CelByteString bytes -> HexFormat.of().formatHex(bytes.toByteArray());
            default -> Long.toString(integer(value, "hex"), 16);
        };
    }

    private static Long integer(Object value, String what) {
        if (value instanceof Long number) {
            return number;
        }
        throw new IllegalArgumentException(
                "error during formatting: " + what + " clause can only be used on integers");
    }

    private static double number(Object value) {
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        throw new IllegalArgumentException(
                "error during formatting: fixed-point clause can only be used on doubles");
    }

    private static String fixed(Object value, int precision) {
        double number = number(value);
        if (Double.isNaN(number) || Double.isInfinite(number)) {
            return text(number);
        }
        return new BigDecimal(number).setScale(precision, RoundingMode.HALF_EVEN).toPlainString();
    }

    private static String text(Object value) {
        return switch (value) {
            case String text -> text;
            case Double number -> decimal(number);
            case Duration duration -> seconds(duration) + "s";
            case NullValue none -> "null";
            case CelByteString bytes -> bytes.toStringUtf8();
            case List<?> list ->
                    list.stream().map(Formatting::text).collect(Collectors.joining(", ", "[", "]"));
            case StructObject struct -> map(struct.value());
            case Map<?, ?> map -> map(map);
            default -> value.toString();
        };
    }

    private static String map(Map<?, ?> map) {
        return map.entrySet().stream()
                .map(entry -> text(entry.getKey()) + ": " + text(entry.getValue()))
                .sorted()
                .collect(Collectors.joining(", ", "{", "}"));
    }

    private static String decimal(double number) {
        if (Double.isNaN(number)) {
            return "NaN";
        }
        if (Double.isInfinite(number)) {
            return number > 0 ? "Infinity" : "-Infinity";
        }
        return number == Math.rint(number) && Math.abs(number) < 1e15
                ? Long.toString((long) number)
                : Double.toString(number);
    }

    private static String seconds(Duration duration) {
        return new BigDecimal(duration.toNanos())
                .movePointLeft(9)
                .stripTrailingZeros()
                .toPlainString();
    }
}
