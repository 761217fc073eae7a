package dev.glovebox.http;

import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Waits for what the event loop does with a connection.
final class Waiting {
    private Waiting() {}

    /// Waits as long as it takes.
    ///
    /// @throws IOException when it fails, which means that the client went away
    static void until(Future<?> done) throws IOException {
        try {
            done.await();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        check(done);
    }

    /// Waits for some time; false if it was not enough.
    ///
    /// @throws IOException when it fails, which means that the client went away
    static boolean until(Future<?> done, Duration patience) throws IOException {
        try {
            if (!done.await(Math.max(0, patience.toNanos()), TimeUnit.NANOSECONDS)) {
                return false;
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        check(done);
        return true;
    }

    private static void check(Future<?> done) throws IOException {
        if (!done.isSuccess()) {
            throw new IOException("the client went away", done.cause());
        }
    }

    private static IOException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        InterruptedIOException interrupted = new InterruptedIOException();
        interrupted.initCause(e);
        return interrupted;
    }
}
