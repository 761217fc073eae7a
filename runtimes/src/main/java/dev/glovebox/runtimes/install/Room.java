package dev.glovebox.runtimes.install;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The room on a disk.
final class Room {
    private static final long SPARE = 16L << 20;

    private Room() {}

    /// Refuses to begin what would fill a disk.
    ///
    /// @param where a file or directory whose directory exists
    /// @param bytes that will be written
    static void require(Path where, long bytes) throws IOException {
        Path directory = Files.isDirectory(where) ? where : where.toAbsolutePath().getParent();
        if (directory == null) {
            return;
        }
        long free = Files.getFileStore(directory).getUsableSpace();
        if (free < bytes + SPARE) {
            throw new InstallException(
                    "no space in %s: %d MiB are needed and %d MiB are free"
                            .formatted(directory, (bytes + SPARE) >> 20, free >> 20));
        }
    }
}
