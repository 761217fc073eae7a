package dev.glovebox.cluster;

import java.time.Duration;

/// Where a watch's lines come from: one thread reads, any thread closes.
public interface Frames extends AutoCloseable {
    /// The next bytes, whole lines, waiting at most `patience`; an empty array when nothing came in
    /// that time.
    ///
    /// @throws InterruptedException when the reading thread is interrupted
    byte[] next(Duration patience) throws InterruptedException;

    /// Whether the stream is over and nothing more will come.
    boolean ended();

    @Override
    void close();
}
