package dev.glovebox.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.store.HistoryLimit;
import dev.glovebox.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DriverLibraryTest {
    @TempDir private Path directory;

    private static List<Path> filesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    @Test
    void it_is_unpacked_once_for_its_owner_alone() throws IOException {
        Path folder = directory.resolve("driver");
        DriverLibrary.unpackInto(folder);
        Path file = filesIn(folder).getFirst();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
        Object before = Files.readAttributes(file, "unix:ino").get("ino");
        DriverLibrary.unpackInto(folder);
        assertThat(filesIn(folder)).containsExactly(file);
        assertThat(Files.readAttributes(file, "unix:ino")).containsEntry("ino", before);
    }

    @Test
    void what_is_not_it_is_replaced() throws IOException {
        Path folder = directory.resolve("driver");
        DriverLibrary.unpackInto(folder);
        Path file = filesIn(folder).getFirst();
        byte[] library = Files.readAllBytes(file);
        Files.write(file, new byte[] {1, 2, 3});
        Files.writeString(folder.resolve("part"), "of one that was killed");
        DriverLibrary.unpackInto(folder);
        assertThat(filesIn(folder)).containsExactly(file);
        assertThat(Files.readAllBytes(file)).isEqualTo(library);
    }

    /// What this process has loaded is in no directory that others can write.
    @Test
    void nothing_is_loaded_from_the_worlds_directory() throws IOException {
        try (Store store = SqliteStore.open(directory.resolve("store"), HistoryLimit.DEFAULT)) {
            assertThat(store.revision()).isPositive();
        }
        assertThat(Files.readString(Path.of("/proc/self/maps")))
                .contains("/driver/")
                .doesNotContain("/tmp/sqlite-");
    }
}
