package dev.glovebox.store.sqlite;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;

/// SQLite itself, which the driver carries in its jar and has to have in a file. Left alone it
/// unpacks it under a new name below the machine's directory for temporary files at each start, and
/// a process that is killed leaves it there. So it is unpacked here, once, beside the database: a
/// later start finds it and needs no room on the disk. A process loads it once, from where its
/// first store is.
final class DriverLibrary {
    private static final String PATH = "org.sqlite.lib.path";
    private static final String NAME = "org.sqlite.lib.name";

    private static final Object LOCK = new Object();

    @GuardedBy("LOCK")
    private static boolean prepared;

    private DriverLibrary() {}

    /// Has the driver load the library from below `directory`, unless somebody has said from where.
    ///
    /// @throws IOException when it cannot be written there
    static void keepIn(Path directory) throws IOException {
        synchronized (LOCK) {
            if (prepared || System.getProperty(PATH) != null) {
                return;
            }
            Path folder = directory.resolve("driver").toAbsolutePath();
            unpackInto(folder);
            System.setProperty(PATH, folder.toString());
            System.setProperty(NAME, LibraryLoaderUtil.getNativeLibName());
            prepared = true;
        }
    }

    /// Leaves a file alone that is what it should be, and replaces any other.
    static void unpackInto(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectory(
                    folder,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        }
        byte[] library = library();
        Path file = folder.resolve(LibraryLoaderUtil.getNativeLibName());
        if (Files.exists(file) && Arrays.equals(Files.readAllBytes(file), library)) {
            return;
        }
        Path part = folder.resolve("part");
        try {
            Files.write(part, library);
            Files.move(
                    part,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private static byte[] library() throws IOException {
        String name =
                LibraryLoaderUtil.getNativeLibResourcePath()
                        + "/"
                        + LibraryLoaderUtil.getNativeLibName();
        try (InputStream stream = SQLiteJDBCLoader.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IOException("the driver has no SQLite for this machine: " + name);
            }
            return stream.readAllBytes();
        }
    }
}
