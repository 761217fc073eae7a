package dev.glovebox.control;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The engine's side of one request: what goes to the caller, and what comes from it.
///
/// Frames are written under one lock, so that any thread may write. Frames from the caller are read
/// by one thread, which fills [#input] and calls the listeners; it waits while the input is full,
/// and so, in the end, does the caller.
public final class Conversation {
    private final OutputStream out;
    private final Peer peer;
    private final ReentrantLock writing = new ReentrantLock();
    private final InputBuffer input = new InputBuffer();
    private volatile @Nullable BiConsumer<Integer, Integer> resized;
    private volatile @Nullable Consumer<String> signalled;
    private volatile @Nullable Runnable hungUp;
    private volatile boolean gone;

    Conversation(OutputStream out, Peer peer) {
        this.out = out;
        this.peer = peer;
    }

    /// Who asks.
    public Peer peer() {
        return peer;
    }

    /// What the caller sends as standard input, to its end.
    public InputStream input() {
        return input;
    }

    /// Where bytes for the caller's standard output go.
    public OutputStream output() {
        return new FrameOutput(Frame.Type.STDOUT);
    }

    /// Where bytes for the caller's standard error go.
    public OutputStream error() {
        return new FrameOutput(Frame.Type.STDERR);
    }

    /// Tells what is being done, in one line without an end.
    public void progress(String line) throws IOException {
        send(Frame.of(Frame.Type.PROGRESS, line));
    }

    /// Like [#progress], for callers who cannot throw what is checked.
    ///
    /// @throws UncheckedIOException where the caller has gone
    public void tell(String line) {
        try {
            progress(line);
        } catch (IOException e) {
            throw new UncheckedIOException("the caller has gone", e);
        }
    }

    /// Calls back with columns and rows whenever the caller's terminal has changed its size.
    public void onResize(BiConsumer<Integer, Integer> listener) {
        resized = listener;
    }

    /// Calls back with a signal's name without `SIG`, as `INT`, whenever the caller has got one to
    /// pass on.
    public void onSignal(Consumer<String> listener) {
        signalled = listener;
    }

    /// Calls back once when the caller has gone before its request was carried out; at once if it
    /// has already.
    public void onHangUp(Runnable listener) {
        hungUp = listener;
        if (gone) {
            callHungUp();
        }
    }

    /// Reads what the caller sends until it closes or the request is done.
    void listen(DataInputStream in) {
        try {
            for (var frame = Frame.read(in); frame.isPresent(); frame = Frame.read(in)) {
                take(frame.get());
            }
        } catch (IOException | ControlException e) {
            input.fail(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        gone = true;
        input.end();
        callHungUp();
    }

    void send(Frame frame) throws IOException {
        writing.lock();
        try {
            frame.write(out);
        } finally {
            writing.unlock();
        }
    }

    private void take(Frame frame) throws InterruptedException {
        switch (frame.type()) {
            case STDIN -> input.add(frame.content());
            case STDIN_END -> input.end();
            case RESIZE ->
                    Optional.ofNullable(resized)
                            .ifPresent(it -> it.accept(frame.number(0), frame.number(1)));
            case SIGNAL -> Optional.ofNullable(signalled).ifPresent(it -> it.accept(frame.text()));
            case REQUEST, STDOUT, STDERR, PROGRESS, EXIT ->
                    throw new ControlException("unexpected from a command line: " + frame.type());
        }
    }

    /// The request is done: whoever goes now does not hang up.
    synchronized void finish() {
        hungUp = null;
        input.close();
    }

    private void callHungUp() {
        Runnable listener;
        synchronized (this) {
            listener = hungUp;
            hungUp = null;
        }
        if (listener != null) {
            listener.run();
        }
    }

    private final class FrameOutput extends OutputStream {
        private final Frame.Type type;

        FrameOutput(Frame.Type type) {
            this.type = type;
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            for (var sent = 0; sent < length; sent += Frame.MOST) {
                var most = Math.min(Frame.MOST, length - sent);
                send(
                        new Frame(
                                type,
                                java.util.Arrays.copyOfRange(
                                        bytes, offset + sent, offset + sent + most)));
            }
        }
    }
}
