package dev.glovebox.cli;

import dev.glovebox.control.ControlClient;
import java.io.IOException;
import java.io.InputStream;

/// Brings a stream's bytes to the engine, beside the conversation.
final class Input implements Runnable {
    private static final int PIECE = 1 << 16;

    private final InputStream from;
    private final ControlClient to;

    private Input(InputStream from, ControlClient to) {
        this.from = from;
        this.to = to;
    }

    /// Starts to send a stream to its end. The thread does not keep the process alive: a read from
    /// a terminal cannot be broken off.
    static void pump(InputStream from, ControlClient to) {
        Thread.ofPlatform().daemon().name("input").start(new Input(from, to));
    }

    @Override
    public void run() {
        try {
            var piece = new byte[PIECE];
            for (var length = read(piece); length >= 0; length = read(piece)) {
                to.input(piece, length);
            }
            to.inputEnd();
        } catch (IOException engineDone) {
            // The engine wants no more of it; the conversation tells how it ended.
            return;
        }
    }

    /// Reads a piece. Where the source breaks off, the connection ends: its other end must not take
    /// the part for the whole.
    private int read(byte[] piece) throws IOException {
        try {
            return from.read(piece);
        } catch (IOException e) {
            to.close();
            throw e;
        }
    }
}
