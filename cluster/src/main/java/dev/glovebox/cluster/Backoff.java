package dev.glovebox.cluster;

import java.time.Duration;

/// How long to wait after failures in a row: doubled each time, up to a bound.
///
/// @param first after the first failure
/// @param most the bound
public record Backoff(Duration first, Duration most) {
    /// What control loops in one process use.
    public static final Backoff DEFAULT =
            new Backoff(Duration.ofMillis(100), Duration.ofSeconds(10));

    /// No doubling reaches further, and none overflows.
    private static final int MOST_DOUBLINGS = 30;

    /// Refuses waits that are not positive or shrink.
    public Backoff {
        if (!first.isPositive() || most.compareTo(first) < 0) {
            throw new IllegalArgumentException("a backoff from " + first + " to " + most);
        }
    }

    /// The wait after that many failures in a row, at least one.
    public Duration after(int failures) {
        if (failures < 1) {
            throw new IllegalArgumentException("a backoff after " + failures + " failures");
        }
        Duration wait = first;
        for (int i = 1; i < Math.min(failures, MOST_DOUBLINGS); i++) {
            wait = wait.multipliedBy(2);
            if (wait.compareTo(most) > 0) {
                return most;
            }
        }
        return wait;
    }
}
