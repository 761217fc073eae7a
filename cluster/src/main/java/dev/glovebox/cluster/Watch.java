package dev.glovebox.cluster;

import java.time.Duration;
import java.util.Optional;

/// An open watch. One thread reads it; any thread may close it.
///
/// @param <T> the model of the objects
public interface Watch<T> extends AutoCloseable {
    /// The next change, waiting for it at most `patience`; empty when none came in that time.
    ///
    /// @throws dev.glovebox.model.ApiException reason `Expired` when the revision was compacted
    ///   away: list again; any other reason ends the watch too
    /// @throws InterruptedException when the reading thread is interrupted
    Optional<Change<T>> next(Duration patience) throws InterruptedException;

    /// Ends the watch; a waiting `next` returns empty.
    @Override
    void close();
}
