package dev.glovebox.node.forward;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;

/// One stream of a SPDY session. What the client sends waits here until somebody reads it; when
/// much waits, the whole session does, as there is no flow control of single streams in the SPDY
/// that Kubernetes' clients speak.
final class SpdyStream {
    private static final int MOST_WAITING = 256 << 10;

    private final SpdySession session;
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

    SpdyStream(SpdySession session, int id, Map<String, String> headers) {
        this.session = session;
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
            received.clear();
            waiting = 0;
            notifyAll();
        }
        session.forget(id);
    }

    synchronized boolean isBroken() {
        return broken;
    }

    /// Takes what came; waits while much is there that nobody has read. On the session's thread.
    synchronized void receive(byte[] bytes) throws InterruptedException {
        while (waiting > MOST_WAITING && !ended && !broken) {
            wait();
        }
        if (!ended && !broken) {
            received.add(bytes);
            waiting += bytes.length;
            notifyAll();
        }
    }

    synchronized void endInput() {
        ended = true;
        notifyAll();
    }

    synchronized void breakOff() {
        broken = true;
        notifyAll();
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
            notifyAll();
            return bytes;
        }
        if (broken) {
            throw new IOException("the stream was reset");
        }
        return new byte[0];
    }

    private final class Input extends PieceInput {
        @Override
        byte[] next() throws IOException {
            return SpdyStream.this.next();
        }
    }
}
