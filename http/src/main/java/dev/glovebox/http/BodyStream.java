package dev.glovebox.http;

import java.io.IOException;
import java.time.Duration;

/// An answer's body that is sent piece by piece. Written by one thread.
public interface BodyStream extends AutoCloseable {
    /// Sends bytes, when the connection has taken those before: a slow client slows the writer
    /// down, and nothing piles up. That the connection does not take a few last bytes is noticed by
    /// the next write, which may be one of no bytes. What is sent must not be changed afterwards.
    void write(byte[] bytes) throws IOException;

    /// How long a client may take for what is written from now on, the end included. One that takes
    /// longer is cut off, and the write fails. Without it a write waits as long as there is a
    /// client.
    void patience(Duration time);

    /// Ends the body in the ordinary way.
    @Override
    void close() throws IOException;

    /// Ends the body so that the client notices that it is incomplete.
    void abort();
}
