package dev.glovebox.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Waits for what nothing tells of.
public final class Await {
    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final Duration BETWEEN = Duration.ofMillis(100);

    private Await() {}

    /// Looks again and again until it is so; fails after a minute.
    public static void until(BooleanSupplier wanted) {
        var _ = present(() -> wanted.getAsBoolean() ? Optional.of(true) : Optional.empty());
    }

    /// Looks again and again until there is one; fails after a minute.
    public static <T> T present(Supplier<Optional<T>> wanted) {
        long deadline = System.nanoTime() + LONGEST.toNanos();
        Optional<T> found = wanted.get();
        while (found.isEmpty()) {
            assertThat(System.nanoTime()).as("it did not come").isLessThan(deadline);
            LockSupport.parkNanos(BETWEEN.toNanos());
            found = wanted.get();
        }
        return found.get();
    }
}
