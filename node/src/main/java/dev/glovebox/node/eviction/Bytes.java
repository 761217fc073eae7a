package dev.glovebox.node.eviction;

import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;

/// Amounts as Kubernetes writes them.
final class Bytes {
    private static final String[] UNITS = {"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
    private static final long STEP = 1024;

    private Bytes() {}

    /// A quantity as it was given, which the API has put into its canonical form.
    static String text(Quantity quantity) {
        return quantity.getAmount() + quantity.getFormat();
    }

    /// Bytes in the largest binary unit in which they are a whole number.
    static String binary(long bytes) {
        long number = bytes;
        int unit = 0;
        while (number != 0 && number % STEP == 0 && unit < UNITS.length - 1) {
            number /= STEP;
            unit++;
        }
        return number + UNITS[unit];
    }

    /// A sum in the manner of one of its parts.
    static String like(Quantity part, long bytes) {
        boolean decimal = !part.getFormat().endsWith("i");
        return decimal && !part.getFormat().isEmpty() ? decimal(bytes) : binary(bytes);
    }

    private static String decimal(long bytes) {
        BigDecimal number = BigDecimal.valueOf(bytes);
        String[] units = {"", "k", "M", "G", "T", "P", "E"};
        int unit = 0;
        while (bytes != 0
                && unit < units.length - 1
                && number.remainder(BigDecimal.valueOf(1000)).signum() == 0) {
            number = number.divide(BigDecimal.valueOf(1000), RoundingMode.UNNECESSARY);
            unit++;
        }
        return number.toPlainString() + units[unit];
    }
}
