package dev.glovebox.apiserver.schema;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An amount as Kubernetes writes it: `100m`, `1.5`, `1Gi`, `1e3`. Source: apimachinery's
/// `resource.Quantity`.
///
/// @param amount in base units, at most nine digits behind the point
/// @param notation how the client wrote it, and how it is written back
public record Quantity(BigDecimal amount, Notation notation) implements Comparable<Quantity> {
    /// What Kubernetes answers to text that is no quantity.
    public static final String WORDS =
            "quantities must match the regular expression"
                    + " '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

    private static final Pattern TEXT = Pattern.compile("([+-]?[0-9]*\\.?[0-9]*)([a-zA-Z]*)(.*)");
    private static final Pattern EXPONENT = Pattern.compile("[eE]([+-]?[0-9]{1,3})");
    private static final List<String> BINARY = List.of("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei");
    private static final List<String> DECIMAL =
            List.of("n", "u", "m", "", "k", "M", "G", "T", "P", "E");
    private static final BigDecimal LARGEST = BigDecimal.valueOf(Long.MAX_VALUE);
    private static final BigDecimal KIBI = BigDecimal.valueOf(1024);

    /// How a quantity is written.
    public enum Notation {
        /// With `Ki`, `Mi`, ...
        BINARY,
        /// With `m`, `k`, `M`, ...
        DECIMAL,
        /// With `e3`, `e6`, ...
        EXPONENT
    }

    /// Reads text.
    ///
    /// @throws IllegalArgumentException with [#WORDS] when it is no quantity
    public static Quantity parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (text.length() > 100
                || !parts.matches()
                || parts.group(1).chars().noneMatch(c -> c >= '0')) {
            throw new IllegalArgumentException(WORDS);
        }
        BigDecimal number =
                new BigDecimal(
                        parts.group(1).endsWith(".") ? parts.group(1) + "0" : parts.group(1));
        String suffix = parts.group(2) + parts.group(3);
        Matcher exponent = EXPONENT.matcher(suffix);
        if (exponent.matches()) {
            int power = Integer.parseInt(exponent.group(1));
            return of(number.scaleByPowerOfTen(power), Notation.EXPONENT);
        }
        int binary = BINARY.indexOf(suffix);
        if (binary > 0) {
            return of(number.multiply(KIBI.pow(binary)), Notation.BINARY);
        }
        int decimal = DECIMAL.indexOf(suffix);
        if (decimal < 0) {
            throw new IllegalArgumentException(WORDS);
        }
        return of(number.scaleByPowerOfTen(3 * (decimal - 3)), Notation.DECIMAL);
    }

    /// Nothing, written as plain numbers are.
    public static final Quantity ZERO = new Quantity(BigDecimal.ZERO, Notation.DECIMAL);

    /// A whole number of base units.
    public static Quantity of(long number) {
        return of(BigDecimal.valueOf(number), Notation.DECIMAL);
    }

    /// Both together, written as this one is; as the other one where this one is nothing.
    public Quantity plus(Quantity other) {
        return new Quantity(amount.add(other.amount), sumNotation(other));
    }

    /// This one without the other, written as [#plus] writes.
    public Quantity minus(Quantity other) {
        return new Quantity(amount.subtract(other.amount), sumNotation(other));
    }

    /// The next whole number of base units, if it is none.
    public Quantity roundedUp() {
        return new Quantity(amount.setScale(0, RoundingMode.UP), notation);
    }

    private Notation sumNotation(Quantity other) {
        return sign() == 0 ? other.notation : notation;
    }

    /// Whether both are the same amount, however they are written.
    public boolean sameAs(Quantity other) {
        return amount.compareTo(other.amount) == 0;
    }

    /// Whether the amount is a whole number of base units.
    public boolean whole() {
        return amount.stripTrailingZeros().scale() <= 0;
    }

    /// Below zero, zero or above, as -1, 0 and 1.
    public int sign() {
        return amount.signum();
    }

    @Override
    public int compareTo(Quantity other) {
        return amount.compareTo(other.amount);
    }

    /// The canonical text: the largest suffix that leaves a whole number.
    @Override
    public String toString() {
        if (amount.signum() == 0) {
            return "0";
        }
        if (notation == Notation.BINARY && amount.abs().compareTo(KIBI) >= 0) {
            return binary();
        }
        BigInteger nanos = amount.setScale(9, RoundingMode.UP).unscaledValue();
        int power = 0;
        BigInteger thousand = BigInteger.valueOf(1000);
        while (power < 9 && nanos.mod(thousand).signum() == 0) {
            nanos = nanos.divide(thousand);
            power++;
        }
        if (notation == Notation.EXPONENT) {
            return nanos + (power == 3 ? "" : "e" + 3 * (power - 3));
        }
        return nanos + DECIMAL.get(power);
    }

    private String binary() {
        BigInteger number = amount.setScale(0, RoundingMode.UP).toBigInteger();
        int power = 0;
        while (power < 6 && number.mod(KIBI.toBigInteger()).signum() == 0) {
            number = number.divide(KIBI.toBigInteger());
            power++;
        }
        return number + BINARY.get(power);
    }

    private static Quantity of(BigDecimal amount, Notation notation) {
        BigDecimal capped = amount.min(LARGEST).max(LARGEST.negate());
        return new Quantity(capped.setScale(9, RoundingMode.UP), notation);
    }
}
