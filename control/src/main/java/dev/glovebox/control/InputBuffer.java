package dev.glovebox.control;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Bytes on their way from the connection to whoever reads them. Holds few pieces; a writer waits
/// while it is full, a reader while it is empty.
final class InputBuffer extends InputStream {
    private static final int MOST_PIECES = 16;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<byte[]> pieces = new ArrayDeque<>();
    private int taken;
    private boolean ended;
    private boolean closed;
    private @Nullable Exception failure;

    /// Adds a piece; drops it where nobody will read any more.
    void add(byte[] piece) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (pieces.size() >= MOST_PIECES && !closed) {
                changed.await();
            }
            if (!closed && !ended && piece.length > 0) {
                pieces.add(piece);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Ends it with an error for the reader.
    void fail(Exception why) {
        lock.lock();
        try {
            failure = why;
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (length == 0) {
            return 0;
        }
        lock.lock();
        try {
            while (pieces.isEmpty() && !ended && !closed) {
                changed.awaitUninterruptibly();
            }
            var piece = pieces.peekFirst();
            if (piece == null) {
                if (failure != null) {
                    throw new IOException("the caller's input broke off", failure);
                }
                return -1;
            }
            var most = Math.min(length, piece.length - taken);
            System.arraycopy(piece, taken, bytes, offset, most);
            taken += most;
            if (taken == piece.length) {
                pieces.removeFirst();
                taken = 0;
                changed.signalAll();
            }
            return most;
        } finally {
            lock.unlock();
        }
    }

    /// No more is wanted: waiting writers go on, and what they bring is dropped.
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            pieces.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
