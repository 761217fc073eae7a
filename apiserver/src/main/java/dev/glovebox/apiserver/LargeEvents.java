package dev.glovebox.apiserver;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Room for large events on their way to those who watch. One write wakes all watches at once, and
/// each makes its own copy of the object: without a bound, a few hundred watches and an object of a
/// megabyte would fill the heap. Small events are not counted. Any thread.
final class LargeEvents {
    /// An event up to this size is not large, in bytes.
    static final int SMALL = 64 << 10;

    private static final int UNIT = 1 << 10;

    private final int units;
    private final Semaphore free;
    private final Duration patience;

    /// @param bytes that large events may have together
    /// @param patience of a watch that finds no room
    LargeEvents(long bytes, Duration patience) {
        this.units = (int) Math.max(1, bytes / UNIT);
        this.free = new Semaphore(units, true);
        this.patience = patience;
    }

    /// Takes room for an event, if need be after a wait.
    ///
    /// @return what to give back; 0 where there was no room in time
    int take(int bytes) throws InterruptedException {
        int wanted = Math.min(units, Math.ceilDiv(bytes, UNIT));
        return free.tryAcquire(wanted, patience.toNanos(), TimeUnit.NANOSECONDS) ? wanted : 0;
    }

    /// Gives back what was taken.
    void giveBack(int taken) {
        free.release(taken);
    }
}
