package dev.glovebox.runtimes.install;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/// A version of a runtime that was fetched, whose bytes somebody vouches for, and that was looked
/// at: it may be installed.
public interface Candidate {
    /// The names that its programs will have.
    List<String> programs();

    /// Bytes that are written when it is placed; what is moved counts nothing.
    long size() throws IOException;

    /// Puts it into a directory of its own. Nobody uses it before that is written down.
    ///
    /// @param directory the one that has all runtimes
    Installation place(Path directory, Instant now) throws IOException;
}
