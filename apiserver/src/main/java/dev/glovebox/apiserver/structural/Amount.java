package dev.glovebox.apiserver.structural;

/// A whole number of something that may be very many, at least 0 and at most what 64 bits hold.
/// What would be more stays at that most, which also stands for what nobody can tell.
///
/// @param bits the number, unsigned
public record Amount(long bits) implements Comparable<Amount> {
    /// Nothing.
    public static final Amount ZERO = new Amount(0);

    /// One.
    public static final Amount ONE = new Amount(1);

    /// As many as there can be.
    public static final Amount MOST = new Amount(-1);

    private static final double TWO_TO_64 = 0x1p64;

    /// A number.
    ///
    /// @param number below 0 is 0
    public static Amount of(long number) {
        return new Amount(Math.max(0, number));
    }

    /// Both together.
    public Amount plus(Amount other) {
        long sum = bits + other.bits;
        return Long.compareUnsigned(sum, bits) < 0 ? MOST : new Amount(sum);
    }

    /// This as often as that.
    public Amount times(Amount other) {
        boolean fits = Math.unsignedMultiplyHigh(bits, other.bits) == 0;
        return fits ? new Amount(bits * other.bits) : MOST;
    }

    /// This by a factor that is at least 0, rounded up.
    public Amount times(double factor) {
        return rounded(asDouble() * factor);
    }

    /// How often the other, above 0, is in this one, rounded up.
    public Amount over(Amount other) {
        return rounded(asDouble() / other.asDouble());
    }

    private static Amount rounded(double number) {
        double up = Math.ceil(number);
        if (up >= TWO_TO_64) {
            return MOST;
        }
        return new Amount(up < 0x1p63 ? (long) up : (long) (up - 0x1p63) + Long.MIN_VALUE);
    }

    /// One less; 0 when there is none.
    public Amount lessOne() {
        return bits == 0 ? this : new Amount(bits - 1);
    }

    /// The larger one.
    public Amount max(Amount other) {
        return compareTo(other) >= 0 ? this : other;
    }

    /// The smaller one.
    public Amount min(Amount other) {
        return compareTo(other) <= 0 ? this : other;
    }

    /// Whether it is more than a number.
    public boolean isAbove(long number) {
        return Long.compareUnsigned(bits, number) > 0;
    }

    /// The nearest number that a double has.
    public double asDouble() {
        return bits >= 0 ? bits : (double) ((bits >>> 1) | (bits & 1)) * 2;
    }

    @Override
    public int compareTo(Amount other) {
        return Long.compareUnsigned(bits, other.bits);
    }
}
