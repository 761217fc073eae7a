package dev.glovebox.http;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;

/// The body of a request on its way in. The event loop adds what arrives; the handler's thread asks
/// for all of it and waits. Until it asks, the event loop reads no more than what came with the
/// head, so that who is refused has not filled anybody's memory.
final class RequestBody {
    private final int limit;
    private final Runnable whenAsked;
    private final Object lock = new Object();

    @GuardedBy("lock")
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(0);

    @GuardedBy("lock")
    private State state = State.ARRIVING;

    private volatile boolean asked;

    private enum State {
        ARRIVING,
        COMPLETE,
        TOO_LARGE,
        GONE
    }

    /// @param limit most bytes
    /// @param whenAsked runs once, on the handler's thread, when more has to be read
    RequestBody(int limit, Runnable whenAsked) {
        this.limit = limit;
        this.whenAsked = whenAsked;
    }

    /// All of it, once it has arrived.
    ///
    /// @throws BodyTooLargeException when it went over the limit
    /// @throws BodyCutOffException when the client went away before
    byte[] await() {
        if (arriving() && !asked) {
            asked = true;
            whenAsked.run();
        }
        synchronized (lock) {
            while (state == State.ARRIVING) {
                try {
                    lock.wait();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new BodyCutOffException();
                }
            }
            return switch (state) {
                case TOO_LARGE -> throw new BodyTooLargeException();
                case ARRIVING, GONE -> throw new BodyCutOffException();
                case COMPLETE -> bytes.toByteArray();
            };
        }
    }

    /// Whether somebody waits for the rest.
    boolean asked() {
        return asked;
    }

    /// Whether there may be more to come.
    boolean arriving() {
        synchronized (lock) {
            return state == State.ARRIVING;
        }
    }

    /// Whether all of it has arrived.
    boolean whole() {
        synchronized (lock) {
            return state == State.COMPLETE;
        }
    }

    /// Keeps a piece, if it still fits.
    void add(ByteBuf piece) {
        synchronized (lock) {
            if (state != State.ARRIVING) {
                return;
            }
            if (bytes.size() + piece.readableBytes() > limit) {
                end(State.TOO_LARGE);
                return;
            }
            byte[] copy = new byte[piece.readableBytes()];
            piece.readBytes(copy);
            bytes.writeBytes(copy);
        }
    }

    /// That was all.
    void complete() {
        end(State.COMPLETE);
    }

    /// The client said that it would send more than the limit.
    void tooLarge() {
        end(State.TOO_LARGE);
    }

    /// Nothing more will come.
    void gone() {
        end(State.GONE);
    }

    private void end(State last) {
        synchronized (lock) {
            if (state == State.ARRIVING) {
                state = last;
                if (last != State.COMPLETE) {
                    bytes.reset();
                }
                lock.notifyAll();
            }
        }
    }
}
