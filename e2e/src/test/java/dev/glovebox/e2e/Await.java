package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Waits for what nothing tells of.
final class Await {
    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final Duration BETWEEN = Duration.ofMillis(200);

    private Await() {}

    /// Looks again and again.
    static void until(BooleanSupplier wanted) {
        long deadline = System.nanoTime() + LONGEST.toNanos();
        while (!wanted.getAsBoolean()) {
            assertThat(System.nanoTime()).as("it did not come").isLessThan(deadline);
            LockSupport.parkNanos(BETWEEN.toNanos());
        }
    }
}
