package dev.glovebox.node.forward;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Loopbacks of sandboxes, few of which are connected to at a time: each time that is a process of
/// the machine. More than that wait for a while, in their order.
public final class BoundedLoopbacks implements Loopbacks {
    private static final int MOST = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Loopbacks all;
    private final Semaphore free;
    private final Duration patience;

    /// Of those loopbacks.
    public BoundedLoopbacks(Loopbacks all) {
        this(all, MOST, PATIENCE);
    }

    /// @param most that are connected to at a time
    /// @param patience of those above it
    BoundedLoopbacks(Loopbacks all, int most, Duration patience) {
        this.all = all;
        this.free = new Semaphore(most, true);
        this.patience = patience;
    }

    @Override
    public Optional<Loopback> of(String sandbox) {
        return all.of(sandbox).map(loopback -> port -> dial(loopback, port));
    }

    private SocketChannel dial(Loopback loopback, int port) throws IOException {
        try {
            if (!free.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(
                        "too many connections into sandboxes are being made on this node,"
                                + " try again later");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted =
                    new InterruptedIOException("interrupted before a connection into a sandbox");
            interrupted.initCause(e);
            throw interrupted;
        }
        try {
            return loopback.dial(port);
        } finally {
            free.release();
        }
    }
}
