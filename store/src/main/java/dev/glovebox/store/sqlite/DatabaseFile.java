package dev.glovebox.store.sqlite;

import dev.glovebox.store.StoreException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// The database's place on disk, for its owner alone: it holds every object of the cluster.
final class DatabaseFile {
    private static final String NAME = "glovebox.db";
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private DatabaseFile() {}

    /// The database file of a directory; both are created where they are missing. The write-ahead
    /// log takes the file's mode.
    static Path prepare(Path directory) {
        Path file = directory.resolve(NAME);
        try {
            if (!Files.isDirectory(directory)) {
                Path parent = directory.toAbsolutePath().getParent();
                if (parent != null) {
                    Files.createDirectories(parent);
                }
                Files.createDirectory(directory, OWNER_FOLDER);
            }
            if (!Files.exists(file)) {
                Files.createFile(file, OWNER_FILE);
            }
            return file;
        } catch (IOException e) {
            throw new StoreException(
                    file,
                    "it cannot be created (" + e + ")",
                    "check the owner and the mode of its folder, and the space on its disk",
                    e);
        }
    }

    /// Makes the directory's own entries durable.
    static void sync(Path directory) {
        try (FileChannel folder = FileChannel.open(directory, StandardOpenOption.READ)) {
            folder.force(true);
        } catch (IOException e) {
            throw new StoreException(
                    directory, "it cannot be synced (" + e + ")", "check its disk", e);
        }
    }
}
