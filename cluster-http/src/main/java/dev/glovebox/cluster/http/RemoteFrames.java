package dev.glovebox.cluster.http;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.glovebox.cluster.Frames;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The lines of a watch as they arrive. More is asked of the connection only when what arrived has
/// been read, so that a slow reader slows the server and fills no memory.
///
/// Concurrency: the client's threads bring bytes, one thread reads, any thread closes; all state is
/// guarded by one lock.
final class RemoteFrames implements Frames, AsyncBody.Consumer<List<ByteBuffer>> {
    /// Longest line in bytes: API servers store objects of about 1.5 MiB, and JSON can be some
    /// times as long as what they store.
    private static final int LONGEST = 16 << 20;

    /// Time for the words of a refusal.
    private static final Duration REFUSAL = Duration.ofSeconds(10);

    private static final byte[] NOTHING = new byte[0];

    private final long deadline;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();

    @GuardedBy("lock")
    private final ByteArrayOutputStream arrived = new ByteArrayOutputStream();

    /// How much of what arrived is whole lines.
    @GuardedBy("lock")
    private int whole;

    @GuardedBy("lock")
    private boolean over;

    @GuardedBy("lock")
    private @Nullable Throwable failure;

    @GuardedBy("lock")
    private @Nullable AsyncBody body;

    /// @param longest after so long the watch is over, whatever the server does
    RemoteFrames(Duration longest) {
        this.deadline = System.nanoTime() + longest.toNanos();
    }

    /// Takes the answer: from now on lines come, or it was a refusal.
    ///
    /// @throws ApiException when it was one
    void begin(HttpResponse<AsyncBody> response) {
        AsyncBody source = response.body();
        lock.lock();
        try {
            body = source;
        } finally {
            lock.unlock();
        }
        CompletableFuture<Void> _ = source.done().whenComplete((_, cause) -> end(cause));
        source.consume();
        if (!response.isSuccessful()) {
            throw Refusals.of(response.code(), rest());
        }
    }

    @Override
    public void consume(List<ByteBuffer> buffers, AsyncBody source) {
        lock.lock();
        try {
            for (ByteBuffer buffer : buffers) {
                byte[] bytes = new byte[buffer.remaining()];
                buffer.get(bytes);
                int before = arrived.size();
                arrived.writeBytes(bytes);
                whole = wholeLines(bytes, before);
            }
            if (arrived.size() - whole > LONGEST) {
                failure = new IllegalStateException("a line of more than " + LONGEST + " bytes");
                over = true;
                source.cancel();
            } else if (whole == 0) {
                source.consume();
            }
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private int wholeLines(byte[] bytes, int before) {
        for (int i = bytes.length - 1; i >= 0; i--) {
            if (bytes[i] == '\n') {
                return before + i + 1;
            }
        }
        return whole;
    }

    private void end(@Nullable Throwable cause) {
        lock.lock();
        try {
            if (!over) {
                failure = cause;
            }
            over = true;
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public byte[] next(Duration patience) throws InterruptedException {
        long nanos = Math.min(patience.toNanos(), deadline - System.nanoTime());
        boolean late = nanos <= 0 && !patience.isZero();
        lock.lockInterruptibly();
        try {
            while (whole == 0 && !over && nanos > 0) {
                nanos = news.awaitNanos(nanos);
            }
            if (whole > 0) {
                return take();
            }
            if (late) {
                close();
                failure = new IllegalStateException("the server did not end it in time");
            }
            if (failure != null) {
                throw new ApiException(
                        StatusReason.SERVICE_UNAVAILABLE, "the watch broke off: " + failure);
            }
            return NOTHING;
        } finally {
            lock.unlock();
        }
    }

    /// All whole lines; the connection may bring more.
    @GuardedBy("lock")
    private byte[] take() {
        byte[] all = arrived.toByteArray();
        byte[] lines = Arrays.copyOf(all, whole);
        arrived.reset();
        arrived.write(all, whole, all.length - whole);
        whole = 0;
        if (!over) {
            more();
        }
        return lines;
    }

    @GuardedBy("lock")
    private void more() {
        AsyncBody source = body;
        if (source != null) {
            source.consume();
        }
    }

    /// What is left of an answer that is no watch, up to a limit; waits for its end.
    private byte[] rest() {
        lock.lock();
        try {
            long nanos = REFUSAL.toNanos();
            while (!over && nanos > 0) {
                if (whole > 0) {
                    whole = 0;
                    more();
                }
                nanos = over ? 0 : news.awaitNanos(nanos);
            }
            return arrived.toByteArray();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return arrived.toByteArray();
        } finally {
            lock.unlock();
            close();
        }
    }

    @Override
    public boolean ended() {
        lock.lock();
        try {
            return over && whole == 0;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            over = true;
            AsyncBody source = body;
            if (source != null) {
                source.cancel();
            }
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
