package dev.glovebox.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// Small files that must be whole after a crash of the machine: the old text or the new one.
final class KeptFile {
    private KeptFile() {}

    /// Replaces a file, durably.
    static void write(Path file, byte[] text) throws IOException {
        Path next = next(file);
        Files.deleteIfExists(next);
        Files.write(
                next,
                text,
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE,
                StandardOpenOption.SYNC);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /// Where the new text lies until it is whole.
    static Path next(Path file) {
        return file.resolveSibling(file.getFileName() + ".new");
    }
}
