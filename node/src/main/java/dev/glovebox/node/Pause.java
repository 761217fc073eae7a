package dev.glovebox.node;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// The wait between a loop's rounds. Closing it ends the present wait and all later ones at once,
/// but never a round: what a round does is not cut off half-way. One loop waits, any thread closes.
final class Pause implements AutoCloseable {
    private final CountDownLatch closed = new CountDownLatch(1);

    /// Waits that long; whether the loop goes on, which it does unless this is closed or the thread
    /// interrupted.
    boolean elapses(Duration time) {
        try {
            return !closed.await(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    boolean closed() {
        return closed.getCount() == 0;
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
