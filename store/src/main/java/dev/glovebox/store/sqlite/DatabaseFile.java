package dev.glovebox.store.sqlite;

import dev.glovebox.store.StoreException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The database's place on disk, for its owner alone: it holds every object of the cluster.
final class DatabaseFile {
    private static final String NAME = "glovebox.db";

    /// The database and what SQLite keeps beside one that was not closed.
    private static final List<String> PARTS = List.of("", "-wal", "-shm");

    private static final FileAttribute<Set<PosixFilePermission>> OWNER_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private DatabaseFile() {}

    /// The database file of a directory; both are created where they are missing, and beside them
    /// what the driver loads. The write-ahead log takes the file's mode.
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
            DriverLibrary.keepIn(directory);
            if (!Files.exists(file)) {
                Files.createFile(file, OWNER_FILE);
            }
            return file;
        } catch (IOException e) {
            throw notCreated(file, e);
        }
    }

    /// A new, empty file.
    static void create(Path file) {
        try {
            Files.createFile(file, OWNER_FILE);
        } catch (FileAlreadyExistsException e) {
            throw new StoreException(file, "it is there already", "name a new file", e);
        } catch (IOException e) {
            throw notCreated(file, e);
        }
    }

    private static StoreException notCreated(Path file, IOException e) {
        return new StoreException(
                file,
                "it cannot be created (" + e + ")",
                "check the owner and the mode of its folder, and the space on its disk",
                e);
    }

    /// Removes a closed database that is not needed, whole or half written; no failure if it is not
    /// there.
    static void delete(Path file) {
        try {
            for (String part : PARTS) {
                Files.deleteIfExists(file.resolveSibling(file.getFileName() + part));
            }
        } catch (IOException e) {
            throw new StoreException(
                    file, "it cannot be removed (" + e + ")", "remove it by hand", e);
        }
    }

    /// Renames a closed database out of the way; empty if nothing was ever written to it.
    static Optional<Path> moveAside(Path file) throws IOException {
        if (Files.size(file) == 0) {
            Files.delete(file);
            return Optional.empty();
        }
        int number = 1;
        while (Files.exists(aside(file, number))) {
            number++;
        }
        Path aside = aside(file, number);
        for (String part : PARTS) {
            Path from = file.resolveSibling(file.getFileName() + part);
            if (Files.exists(from)) {
                Files.move(from, aside.resolveSibling(aside.getFileName() + part));
            }
        }
        return Optional.of(aside);
    }

    private static Path aside(Path file, int number) {
        return file.resolveSibling(file.getFileName() + ".replaced-" + number);
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
