package dev.glovebox.node.forward;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.glovebox.http.PieceInput;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One stream of a SPDY session. What the client sends waits here until somebody reads it.
final class SpdyStream {
    private static final Logger LOG = LoggerFactory.getLogger(SpdyStream.class);

    private final SpdySession session;
    private final Backlog backlog;
    private final int id;
    private final Map<String, String> headers;
    private final InputStream input = new Input();

    @GuardedBy("this")
    private final Queue<byte[]> received = new ArrayDeque<>();

    @GuardedBy("this")
    private int waiting;

    @GuardedBy("this")
    private boolean ended;

    @GuardedBy("this")
    private boolean broken;

    @GuardedBy("this")
    private boolean outputEnded;

    @GuardedBy("this")
    private Closeable far = () -> {};

    /// @param backlog what waits in all streams of the session
    SpdyStream(SpdySession session, Backlog backlog, int id, Map<String, String> headers) {
        this.session = session;
        this.backlog = backlog;
        this.id = id;
        this.headers = Map.copyOf(headers);
    }

    int id() {
        return id;
    }

    /// A header of the client's; empty where there is none.
    String header(String name) {
        return headers.getOrDefault(name, "");
    }

    /// What the client sends. Fails when it breaks the stream off.
    InputStream input() {
        return input;
    }

    /// Sends bytes to the client.
    void write(byte[] bytes, int length) throws IOException {
        session.send(id, bytes, length);
    }

    /// Ends our half.
    void endOutput() throws IOException {
        synchronized (this) {
            if (outputEnded || broken) {
                return;
            }
            outputEnded = true;
        }
        session.end(id);
    }

    /// Ends both halves at once.
    void reset() throws IOException {
        breakOff();
        session.reset(id);
    }

    /// What comes from now on is for nobody.
    void leave() {
        synchronized (this) {
            ended = true;
            drop();
        }
        session.forget(id);
    }

    /// What is closed as soon as the stream is broken off: at once where it has been. It ends those
    /// who wait for the other side, and notice nothing of ours.
    void leadsTo(Closeable other) {
        boolean late;
        synchronized (this) {
            far = other;
            late = broken;
        }
        if (late) {
            close(other);
        }
    }

    static void close(Closeable other) {
        try {
            other.close();
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("the connection is closed already");
        }
    }

    @GuardedBy("this")
    private void drop() {
        received.clear();
        backlog.remove(waiting);
        waiting = 0;
        notifyAll();
    }

    /// Bytes that wait.
    synchronized int waiting() {
        return waiting;
    }

    synchronized boolean isBroken() {
        return broken;
    }

    /// Takes what came.
    synchronized void receive(byte[] bytes) {
        if (!ended && !broken) {
            received.add(bytes);
            waiting += bytes.length;
            backlog.add(bytes.length);
            notifyAll();
        }
    }

    synchronized void endInput() {
        ended = true;
        notifyAll();
    }

    /// Ends it without the client, and what it leads to.
    void breakOff() {
        Closeable other;
        synchronized (this) {
            broken = true;
            drop();
            other = far;
        }
        close(other);
    }

    private synchronized byte[] next() throws IOException {
        try {
            while (received.isEmpty() && !ended && !broken) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a client");
        }
        byte[] bytes = received.poll();
        if (bytes != null) {
            waiting -= bytes.length;
            backlog.remove(bytes.length);
            return bytes;
        }
        if (broken) {
            throw new IOException("the stream was reset");
        }
        return new byte[0];
    }

    private final class Input extends PieceInput {
        @Override
        protected byte[] next() throws IOException {
            return SpdyStream.this.next();
        }
    }
}
