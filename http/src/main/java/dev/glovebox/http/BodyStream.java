package dev.glovebox.http;

import java.io.IOException;

/// An answer's body that is sent piece by piece. Written by one thread.
public interface BodyStream extends AutoCloseable {
    /// Sends bytes and waits until the connection has taken them: a slow client slows the writer
    /// down, and nothing piles up.
    void write(byte[] bytes) throws IOException;

    /// Ends the body in the ordinary way.
    @Override
    void close() throws IOException;

    /// Ends the body so that the client notices that it is incomplete.
    void abort();
}
