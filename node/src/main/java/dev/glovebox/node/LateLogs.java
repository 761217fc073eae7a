package dev.glovebox.node;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/// Containers whose ends are told before the runtime has written the last lines of their logs, so
/// that whoever reads such a log because its container ended gets all of it.
///
/// Any thread. Lock order: `this` only.
final class LateLogs {
    /// Longest time that a reader waits: what the runtime has not written by then, it lost.
    static final Duration PATIENCE = Duration.ofSeconds(3);

    @GuardedBy("this")
    private final Set<String> late = new HashSet<>();

    /// Has readers of a container's log wait.
    synchronized void expect(String container) {
        late.add(container);
    }

    /// Lets them go on: the log is complete, or nobody knows any better.
    synchronized void complete(String container) {
        if (late.remove(container)) {
            notifyAll();
        }
    }

    /// Waits until a container's log is complete; not at all where its end was not told early.
    ///
    /// @throws InterruptedException when the thread is
    synchronized void await(String container) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        long left = PATIENCE.toMillis();
        while (late.contains(container) && left > 0) {
            wait(left);
            left = Duration.ofNanos(end - System.nanoTime()).toMillis();
        }
    }
}
