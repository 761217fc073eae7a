package dev.glovebox.testkit;

import java.util.Random;

/// Checks that something holds for cases that are made at random. Small cases come first, so that
/// what fails first tends to be small. A failure names the seed of its case; with the system
/// property `glovebox.seed` set to that, the case is tried alone. The property `glovebox.cases`
/// multiplies their number.
public final class RandomCases {
    private static final int MANY = Integer.getInteger("glovebox.cases", 1);

    private RandomCases() {}

    /// What has to hold.
    @FunctionalInterface
    public interface Property {
        /// Makes a case and fails if it does not hold for it.
        void check(Draw draw) throws Exception;
    }

    /// Tries as many cases as are asked for.
    ///
    /// @throws AssertionError that names the seed, with the failure as its cause
    public static void check(int cases, Property property) {
        Long only = Long.getLong("glovebox.seed");
        if (only != null) {
            one(only, property);
            return;
        }
        Random seeds = new Random();
        int all = cases * MANY;
        for (int i = 0; i < all; i++) {
            // The lowest bits say how large the case is.
            one((seeds.nextLong() << 8) | (1 + i * 63L / all), property);
        }
    }

    /// Errors too: a stack that overflows is a failure like any other.
    private static void one(long seed, Property property) {
        try {
            property.check(new Draw(new Random(seed), (int) (seed & 0xff)));
        } catch (Throwable e) {
            throw new AssertionError(
                    "fails; to try this case alone: -Dglovebox.seed=" + seed + " (" + e + ")", e);
        }
    }
}
