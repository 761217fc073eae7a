package dev.glovebox.store.sqlite;

import static dev.glovebox.store.StoreContract.written;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.store.DamagedException;
import dev.glovebox.store.Entry;
import dev.glovebox.store.HistoryLimit;
import dev.glovebox.store.Store;
import dev.glovebox.store.Store.CompactedException;
import dev.glovebox.store.StoreException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteBackupTest {
    private static final HistoryLimit LIMIT = new HistoryLimit(10, 1 << 20);

    private static final int MOMENTS = 20;

    @TempDir Path folder;
    private Path directory = Path.of("");
    private Path backup = Path.of("");

    @BeforeEach
    void name() {
        directory = folder.resolve("store");
        backup = folder.resolve("backup.db");
    }

    @Test
    void what_was_written_after_it_is_gone_and_what_was_before_is_there() throws Exception {
        try (Store store = open()) {
            Entry a = written(store.put("a", 0, new byte[] {1}));
            written(store.put("b", 0, new byte[] {2}));
            assertThat(SqliteBackup.write(store, backup)).isEqualTo(2);
            written(store.delete("a", a.revision(), new byte[0]));
            written(store.put("c", 0, new byte[] {3}));
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(backup)))
                .isEqualTo("rw-------");
        SqliteBackup.Restored restored = SqliteBackup.restore(backup, directory);
        assertThat(restored.objects()).isEqualTo(2);
        try (Store store = open()) {
            assertThat(values(store)).isEqualTo(Map.of("a", 1, "b", 2));
            assertThat(store.revision()).isEqualTo(restored.revision());
        }
    }

    @Test
    void no_revision_that_a_client_has_seen_comes_again() throws Exception {
        long seen;
        try (Store store = open()) {
            written(store.put("a", 0, new byte[] {1}));
            SqliteBackup.write(store, backup);
            written(store.put("b", 0, new byte[] {2}));
            seen = store.revision();
        }
        SqliteBackup.restore(backup, directory);
        try (Store store = open()) {
            assertThat(store.revision()).isGreaterThan(seen);
            for (long revision = 2; revision <= seen - 1; revision++) {
                long old = revision;
                assertThatThrownBy(() -> store.watch("", old))
                        .isInstanceOf(CompactedException.class);
            }
        }
    }

    @Test
    void the_store_before_is_kept_beside_it() throws Exception {
        try (Store store = open()) {
            written(store.put("a", 0, new byte[] {1}));
            SqliteBackup.write(store, backup);
            written(store.put("mine", 0, new byte[] {9}));
        }
        Path first = SqliteBackup.restore(backup, directory).replaced().orElseThrow();
        Path second = SqliteBackup.restore(backup, directory).replaced().orElseThrow();
        assertThat(second).isNotEqualTo(first).exists();
        Path other = folder.resolve("other");
        SqliteBackup.restore(first, other);
        try (Store store = SqliteStore.open(other, LIMIT)) {
            assertThat(values(store)).containsEntry("mine", 9);
        }
    }

    @Test
    void it_is_one_moment_while_others_write() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        try (Store store = open()) {
            written(store.put("first", 0, new byte[1]));
            // Both keys always get the same value, one after the other: x first.
            Thread writer =
                    Thread.ofPlatform()
                            .start(() -> {
                                long x = 0;
                                long y = 0;
                                for (int i = 1; !stop.get(); i++) {
                                    x =
                                            written(store.put("x", x, new byte[] {(byte) i}))
                                                    .revision();
                                    y =
                                            written(store.put("y", y, new byte[] {(byte) i}))
                                                    .revision();
                                }
                            });
            for (int i = 0; i < MOMENTS; i++) {
                Path file = folder.resolve("moment" + i);
                SqliteBackup.write(store, file);
                Path place = folder.resolve("place" + i);
                SqliteBackup.restore(file, place);
                try (Store copy = SqliteStore.open(place, LIMIT)) {
                    Map<String, Integer> values = values(copy);
                    int x = values.getOrDefault("x", 0);
                    int y = values.getOrDefault("y", 0);
                    assertThat((byte) (x - y)).isBetween((byte) 0, (byte) 1);
                }
            }
            stop.set(true);
            writer.join();
        }
    }

    @Test
    void a_file_that_is_no_backup_changes_nothing() throws Exception {
        try (Store store = open()) {
            written(store.put("a", 0, new byte[] {1}));
        }
        Files.writeString(backup, "no database at all, though long enough to look like one");
        assertThatThrownBy(() -> SqliteBackup.restore(backup, directory))
                .isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> SqliteBackup.restore(folder.resolve("nothing"), directory))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("nothing");
        try (Store store = open()) {
            assertThat(values(store)).isEqualTo(Map.of("a", 1));
        }
        try (var files = Files.list(directory)) {
            assertThat(files.toList()).extracting(Path::getFileName).hasSize(1);
        }
    }

    @Test
    void a_damaged_store_can_be_replaced_and_a_store_in_use_cannot() throws Exception {
        try (Store store = open()) {
            written(store.put("a", 0, new byte[] {1}));
            SqliteBackup.write(store, backup);
            assertThatThrownBy(() -> SqliteBackup.restore(backup, directory))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("another process has it open");
        }
        Files.writeString(directory.resolve("glovebox.db"), "x".repeat(8192));
        assertThatThrownBy(this::open).isInstanceOf(DamagedException.class);
        assertThat(SqliteBackup.restore(backup, directory).revision()).isGreaterThan(1_000_000);
        try (Store store = open()) {
            assertThat(values(store)).isEqualTo(Map.of("a", 1));
        }
    }

    @Test
    void a_file_that_is_there_is_not_overwritten() throws Exception {
        Files.writeString(backup, "mine");
        try (Store store = open()) {
            assertThatThrownBy(() -> SqliteBackup.write(store, backup))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("there already");
        }
        assertThat(Files.readString(backup)).isEqualTo("mine");
    }

    private Store open() {
        return SqliteStore.open(directory, LIMIT);
    }

    private static Map<String, Integer> values(Store store) {
        List<Entry> entries = store.list("", "", 0).entries();
        return entries.stream()
                .collect(Collectors.toMap(Entry::key, entry -> (int) entry.value()[0]));
    }
}
