package dev.glovebox.node.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// A small file that is written whole or not at all, and is on the disk when that is done.
public final class DurableFile {
    /// What a file is called, behind its name, until it is whole. Whoever finds one after a crash
    /// may remove it.
    public static final String PART = ".part";

    private static final Set<StandardOpenOption> NEW =
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    private static final FileAttribute<?> OWNER_ALONE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private DurableFile() {}

    /// Puts a file in the place of what was there, for its owner alone to read. No link is
    /// followed.
    ///
    /// @param file in a directory that is there, which is kept too, as a name of the one above it
    /// @throws IOException where it cannot be written; what was there stays
    public static void write(Path file, byte[] content) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + PART);
        Files.deleteIfExists(part);
        try (FileChannel out = FileChannel.open(part, NEW, OWNER_ALONE)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        force(file.resolveSibling("."));
        force(file.resolveSibling(".."));
    }

    private static void force(Path directory) throws IOException {
        try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
            names.force(true);
        }
    }
}
