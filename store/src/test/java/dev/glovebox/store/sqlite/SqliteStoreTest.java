package dev.glovebox.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.store.Entry;
import dev.glovebox.store.HistoryLimit;
import dev.glovebox.store.Store;
import dev.glovebox.store.Store.CompactedException;
import dev.glovebox.store.Store.Event;
import dev.glovebox.store.StoreContract;
import dev.glovebox.store.StoreException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteStoreTest extends StoreContract {
    private static final HistoryLimit LIMIT = new HistoryLimit(100, 1 << 20);

    @TempDir Path folder;

    private final AtomicInteger opened = new AtomicInteger();

    @Override
    protected Store open(HistoryLimit limit) {
        return SqliteStore.open(folder.resolve("store" + opened.incrementAndGet()), limit);
    }

    @Test
    void objects_revisions_and_history_survive_a_restart() throws Exception {
        Path directory = folder.resolve("again");
        Entry first;
        Entry second;
        Entry last;
        Entry other;
        try (Store before = SqliteStore.open(directory, LIMIT)) {
            first = written(before.put("pods/a", 0, new byte[] {1}));
            second = written(before.put("pods/a", first.revision(), new byte[] {2}));
            last = written(before.delete("pods/a", second.revision(), new byte[] {3}));
            other = written(before.put("pods/b", 0, new byte[] {4}));
        }
        try (Store after = SqliteStore.open(directory, LIMIT)) {
            assertThat(after.revision()).isEqualTo(5);
            assertThat(after.list("", "", 0).entries())
                    .usingRecursiveFieldByFieldElementComparator()
                    .containsExactly(other);
            try (Store.EventStream stream = after.watch("pods/", 1)) {
                assertThat(stream.next(Duration.ZERO))
                        .usingRecursiveFieldByFieldElementComparator()
                        .containsExactly(
                                new Event.Put(first, Optional.empty()),
                                new Event.Put(second, Optional.of(first)),
                                new Event.Delete(last, second),
                                new Event.Put(other, Optional.empty()));
            }
            assertThat(written(after.put("pods/c", 0, new byte[0])).revision()).isEqualTo(6);
        }
    }

    @Test
    void the_database_forgets_what_memory_forgets_and_keeps_all_objects() throws Exception {
        Path directory = folder.resolve("compacting");
        try (Store before = SqliteStore.open(directory, LIMIT)) {
            for (int i = 0; i < 1000; i++) {
                written(before.put("pods/" + i, 0, new byte[10]));
            }
        }
        try (Connection database = database(directory);
                var statement = database.createStatement();
                var rows = statement.executeQuery("SELECT count(*) FROM events")) {
            rows.next();
            assertThat(rows.getInt(1)).isBetween(100, 400);
        }
        try (Store after = SqliteStore.open(directory, LIMIT)) {
            assertThat(after.revision()).isEqualTo(1001);
            assertThat(after.list("", "", 0).entries()).hasSize(1000);
            assertThatThrownBy(() -> after.watch("", 900)).isInstanceOf(CompactedException.class);
            try (Store.EventStream stream = after.watch("", 901)) {
                assertThat(stream.next(Duration.ZERO)).hasSize(100);
            }
        }
    }

    @Test
    void nobody_else_can_read_the_files() throws Exception {
        Path directory = folder.resolve("private");
        try (Store open = SqliteStore.open(directory, LIMIT)) {
            written(open.put("pods/a", 0, new byte[1]));
            assertThat(mode(directory)).isEqualTo("rwx------");
            try (var files = Files.list(directory)) {
                assertThat(files)
                        .isNotEmpty()
                        .allSatisfy(file -> assertThat(mode(file)).isEqualTo("rw-------"));
            }
        }
    }

    @Test
    void a_second_process_is_refused() {
        Path directory = folder.resolve("taken");
        try (Store open = SqliteStore.open(directory, LIMIT)) {
            assertThatThrownBy(() -> SqliteStore.open(directory, LIMIT))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("glovebox.db: another process has it open; stop that");
            written(open.put("pods/a", 0, new byte[1]));
        }
    }

    @Test
    void a_file_that_is_no_database_is_named_with_the_cure() throws Exception {
        Path directory = Files.createDirectory(folder.resolve("text"));
        Files.writeString(directory.resolve("glovebox.db"), "this is no database\n".repeat(500));
        refused(directory, "glovebox.db: it is not a sound database; put back a copy");
    }

    @Test
    void a_database_damaged_in_the_middle_is_refused_and_left_as_it_is() throws Exception {
        Path directory = filled("damaged");
        Path file = directory.resolve("glovebox.db");
        overwrite(file, 4096, Math.toIntExact(Files.size(file) - 8192));
        byte[] before = Files.readAllBytes(file);
        refused(directory, "put back a copy");
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    @Test
    void a_database_cut_short_is_refused() throws Exception {
        Path directory = filled("short");
        Path file = directory.resolve("glovebox.db");
        try (RandomAccessFile database = new RandomAccessFile(file.toFile(), "rw")) {
            database.setLength(database.length() / 2);
        }
        refused(directory, "put back a copy");
    }

    @Test
    void a_hole_in_the_history_is_refused() throws Exception {
        Path directory = filled("hole");
        change(directory, "DELETE FROM events WHERE revision = 50");
        refused(directory, "its history lacks revision 50");
    }

    @Test
    void a_newer_schema_is_refused_by_its_number() throws Exception {
        Path directory = filled("newer");
        change(directory, "PRAGMA user_version = 2");
        refused(directory, "a newer Glovebox wrote it (schema 2, this one knows 1)");
    }

    @Test
    void a_database_of_another_program_is_refused() throws Exception {
        Path directory = Files.createDirectory(folder.resolve("foreign"));
        change(directory, "CREATE TABLE mine (a)");
        refused(directory, "it is a database of another program");
    }

    @Test
    void a_directory_that_cannot_be_made_is_named() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        assertThatThrownBy(() -> SqliteStore.open(file.resolve("store"), LIMIT))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("it cannot be created")
                .hasMessageContaining("check the owner");
    }

    private Path filled(String name) {
        Path directory = folder.resolve(name);
        try (Store open = SqliteStore.open(directory, LIMIT)) {
            for (int i = 0; i < 80; i++) {
                written(open.put("pods/" + i, 0, new byte[2000]));
            }
        }
        return directory;
    }

    private static void refused(Path directory, String words) {
        assertThatThrownBy(() -> SqliteStore.open(directory, LIMIT).close())
                .isInstanceOf(StoreException.class)
                .hasMessageStartingWith(directory.resolve("glovebox.db") + ": ")
                .hasMessageContaining(words);
    }

    private static void overwrite(Path file, long at, int length) throws IOException {
        byte[] rubbish = new byte[length];
        new Random(1).nextBytes(rubbish);
        try (RandomAccessFile database = new RandomAccessFile(file.toFile(), "rw")) {
            database.seek(at);
            database.write(rubbish);
        }
    }

    private static void change(Path directory, String command) throws SQLException {
        try (Connection database = database(directory);
                var statement = database.createStatement()) {
            statement.execute(command);
        }
    }

    private static Connection database(Path directory) throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("glovebox.db"));
    }

    private static String mode(Path file) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
