package dev.glovebox.containerd.image;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// Waits for what comes by itself soon.
final class Patience {
    private static final long STEP_MILLIS = 20;

    private Patience() {}

    /// Asks every 20 ms until the answer is yes. Answers no when `limit` has passed, or the thread
    /// was interrupted.
    static boolean until(Duration limit, BooleanSupplier condition) {
        CountDownLatch never = new CountDownLatch(1);
        for (long left = limit.toMillis(); !condition.getAsBoolean(); left -= STEP_MILLIS) {
            try {
                if (left <= 0 || never.await(STEP_MILLIS, TimeUnit.MILLISECONDS)) {
                    return false;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }
}
