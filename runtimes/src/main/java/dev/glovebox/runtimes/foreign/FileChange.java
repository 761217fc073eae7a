package dev.glovebox.runtimes.foreign;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/// One file as it is and as it is to be.
///
/// @param before what it says now; empty where there is no such file
/// @param after what it is to say
record FileChange(Path path, Optional<String> before, String after) {
    FileChange {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(before, "before");
        Objects.requireNonNull(after, "after");
    }

    boolean changesNothing() {
        return before.equals(Optional.of(after));
    }
}
