package dev.glovebox.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.store.Entry;
import dev.glovebox.store.HistoryLimit;
import dev.glovebox.store.Store;
import dev.glovebox.store.StoreContract;
import dev.glovebox.store.StoreException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A disk that really is full: a small tmpfs, which only root can mount.
class FullDiskIT {
    private static final HistoryLimit LIMIT = new HistoryLimit(100_000, Long.MAX_VALUE);

    @TempDir Path folder;

    private Path disk = Path.of("");

    /// SQLite itself, which a process unpacks for its first store, is larger than the disk.
    @BeforeAll
    static void unpackSqliteElsewhere(@TempDir Path elsewhere) {
        SqliteStore.open(elsewhere, LIMIT).close();
    }

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectory(folder.resolve("disk"));
        run("mount", "-t", "tmpfs", "-o", "size=1m", "glovebox-test", disk.toString());
    }

    @AfterEach
    void unmount() throws Exception {
        run("umount", disk.toString());
    }

    @Test
    void a_write_that_finds_no_space_fails_alone_and_everything_before_it_stays() {
        Path directory = disk.resolve("store");
        List<Entry> acknowledged = new ArrayList<>();
        try (Store store = SqliteStore.open(directory, LIMIT)) {
            assertThatThrownBy(() -> fill(store, acknowledged))
                    .isInstanceOf(StoreException.class)
                    .hasMessage(
                            directory.resolve("glovebox.db")
                                    + ": no space left on its disk; free some space");
            assertThat(acknowledged).isNotEmpty();
            assertThat(store.revision()).isEqualTo(1 + acknowledged.size());
            assertThat(store.list("", "", 0).entries()).isEqualTo(acknowledged);
        }
        try (Store store = SqliteStore.open(directory, LIMIT)) {
            assertThat(store.list("", "", 0).entries())
                    .usingRecursiveFieldByFieldElementComparator()
                    .isEqualTo(acknowledged);
        }
    }

    @Test
    void writes_go_on_once_there_is_space_again() throws Exception {
        Path ballast = disk.resolve("ballast");
        Files.write(ballast, new byte[512 << 10]);
        List<Entry> acknowledged = new ArrayList<>();
        try (Store store = SqliteStore.open(disk.resolve("store"), LIMIT)) {
            assertThatThrownBy(() -> fill(store, acknowledged)).isInstanceOf(StoreException.class);
            Files.delete(ballast);
            Entry next = put(store, acknowledged.size());
            assertThat(next.revision()).isEqualTo(2 + acknowledged.size());
        }
    }

    @Test
    void a_store_that_cannot_be_created_for_want_of_space_says_so() throws Exception {
        try (var ballast = Files.newOutputStream(disk.resolve("ballast"))) {
            assertThatThrownBy(
                            () -> {
                                while (true) {
                                    ballast.write(new byte[4096]);
                                }
                            })
                    .isInstanceOf(IOException.class);
        }
        Path directory = disk.resolve("store");
        assertThatThrownBy(() -> SqliteStore.open(directory, LIMIT).close())
                .isInstanceOf(StoreException.class)
                .hasMessageStartingWith(directory.resolve("glovebox.db") + ": ")
                .hasMessageContaining("space");
    }

    private static void fill(Store store, List<Entry> acknowledged) {
        while (true) {
            acknowledged.add(put(store, acknowledged.size()));
        }
    }

    private static Entry put(Store store, int number) {
        String key = "pods/%05d".formatted(number);
        return StoreContract.written(store.put(key, 0, new byte[5000]));
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", String.join(" ", command), output).isZero();
    }
}
