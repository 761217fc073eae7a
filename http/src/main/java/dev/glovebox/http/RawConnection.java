package dev.glovebox.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// A connection after its upgrade. One thread reads, one writes.
public interface RawConnection extends AutoCloseable {
    /// What the client sends; ends when it has ended its half or the connection is closed.
    InputStream input();

    /// What goes to the client. A write waits until the connection has taken the bytes; closing it
    /// ends our half and leaves the input open.
    OutputStream output();

    /// Closes both halves.
    @Override
    void close() throws IOException;
}
