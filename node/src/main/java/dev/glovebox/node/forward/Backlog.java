package dev.glovebox.node.forward;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;

/// How many bytes of one client wait, in all its streams together, for whoever reads them.
final class Backlog {
    private final int most;

    @GuardedBy("this")
    private int waiting;

    /// @param most bytes with which no more are taken
    Backlog(int most) {
        this.most = most;
    }

    /// Waits until more may come. Whether it may.
    synchronized boolean awaitRoom(Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (waiting >= most) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }

    synchronized void add(int bytes) {
        waiting += bytes;
    }

    synchronized void remove(int bytes) {
        waiting -= bytes;
        notifyAll();
    }
}
