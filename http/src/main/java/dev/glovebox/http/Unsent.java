package dev.glovebox.http;

import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/// The bytes of answers that clients have not taken yet, of all connections together. While there
/// are few, a client may be slow; when they are too many, those who do not take them are cut off.
/// Any thread.
final class Unsent {
    private static final Duration STEP = Duration.ofMillis(500);
    private static final Duration IN_NEED = Duration.ofSeconds(2);

    private final long mostBytes;
    private final Duration patience;
    private final AtomicLong bytes = new AtomicLong();

    /// @param mostBytes bytes before there is need
    /// @param patience for a piece of an answer, where there is none
    Unsent(long mostBytes, Duration patience) {
        this.mostBytes = mostBytes;
        this.patience = patience;
    }

    void add(int count) {
        bytes.addAndGet(count);
    }

    void remove(int count) {
        bytes.addAndGet(-count);
    }

    /// Waits until a client has taken a piece; false if it did not in time.
    ///
    /// @param bound on the time, beside those that always hold
    /// @throws IOException when it went away
    boolean await(Future<?> written, Optional<Duration> bound) throws IOException {
        long begin = System.nanoTime();
        Duration most = bound.filter(time -> time.compareTo(patience) < 0).orElse(patience);
        Duration step = most.compareTo(STEP) < 0 ? most : STEP;
        while (!Waiting.until(written, step)) {
            Duration waited = Duration.ofNanos(System.nanoTime() - begin);
            boolean need = bytes.get() > mostBytes && waited.compareTo(IN_NEED) >= 0;
            if (need || waited.compareTo(most) >= 0) {
                return false;
            }
        }
        return true;
    }
}
