package dev.glovebox.store.sqlite;

import dev.glovebox.store.DamagedException;
import dev.glovebox.store.Entry;
import dev.glovebox.store.HistoryLimit;
import dev.glovebox.store.Journal;
import dev.glovebox.store.Store;
import dev.glovebox.store.Store.Event;
import dev.glovebox.store.StoreException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/// Copies of a store: one database file that holds every object and the last write.
public final class SqliteBackup {
    /// How much further the revision goes where nobody can say how far the replaced store was.
    private static final long LEAP = 1_000_000;

    private static final HistoryLimit LAST = new HistoryLimit(1, Long.MAX_VALUE);

    private SqliteBackup() {}

    /// What was restored.
    ///
    /// @param objects how many
    /// @param revision of the store now; larger than any that a client can have seen
    /// @param replaced where the store before lies now; empty if there was none
    public record Restored(int objects, long revision, Optional<Path> replaced) {}

    /// Writes an open store's objects, as they are at one moment, into a new file for its owner
    /// alone. Others write on meanwhile.
    ///
    /// @param file must not exist
    /// @return how many objects it holds
    /// @throws StoreException when it cannot be written; the file is gone then
    public static int write(Store store, Path file) throws InterruptedException {
        Snapshot snapshot = Snapshot.of(store);
        DatabaseFile.create(file);
        try {
            try (SqliteJournal journal = SqliteJournal.at(file)) {
                journal.fill(snapshot);
            }
            return snapshot.entries().size();
        } catch (RuntimeException e) {
            DatabaseFile.delete(file);
            throw e;
        }
    }

    /// Puts the objects of a backup in the place of a store that nobody has open. The store before
    /// is kept beside it. Clients that still know revisions of that store have to list anew,
    /// because the new one is further than all of them.
    ///
    /// @param file what [#write] made; it stays as it is
    /// @param directory of the store, as [SqliteStore#open] takes it
    /// @throws StoreException when the backup is not sound or the store cannot be replaced; the
    ///   store is as before then
    public static Restored restore(Path file, Path directory) {
        Path database = DatabaseFile.prepare(directory);
        Path copy = directory.resolve("restoring.db");
        DatabaseFile.delete(copy);
        DatabaseFile.create(copy);
        try {
            copy(file, copy);
            long floor = revision(database);
            int objects = advance(file, copy, floor);
            Optional<Path> replaced = DatabaseFile.moveAside(database);
            Files.move(copy, database, StandardCopyOption.ATOMIC_MOVE);
            DatabaseFile.sync(directory);
            return new Restored(objects, revision(database), replaced);
        } catch (IOException e) {
            throw new StoreException(
                    file, "it cannot be copied (" + e + ")", "check the file and its disk", e);
        } finally {
            DatabaseFile.delete(copy);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        if (!Files.isRegularFile(from)) {
            throw new StoreException(from, "it is no file", "name a file of glovebox backup", null);
        }
        try (FileChannel source = FileChannel.open(from, StandardOpenOption.READ);
                FileChannel target = FileChannel.open(to, StandardOpenOption.WRITE)) {
            for (long at = 0; at < source.size(); ) {
                at += source.transferTo(at, source.size() - at, target);
            }
            target.force(true);
        }
    }

    /// The revision that a store has reached, or a leap beyond all likely ones where it cannot say.
    private static long revision(Path database) throws IOException {
        if (Files.size(database) == 0) {
            return 1;
        }
        try (SqliteJournal journal = SqliteJournal.at(database)) {
            return journal.recover(LAST).revision();
        } catch (DamagedException e) {
            return LEAP;
        }
    }

    /// Takes a database beyond `floor` by writing its last object once more.
    private static int advance(Path backup, Path copy, long floor) {
        try (SqliteJournal journal = SqliteJournal.at(copy)) {
            Journal.Recovered held = journal.recover(LAST);
            List<Entry> entries = held.entries();
            if (entries.isEmpty()) {
                throw new StoreException(
                        backup, "it holds no objects", "name a file of glovebox backup", null);
            }
            Entry last = entries.getLast();
            long next = Math.max(floor, held.revision()) + 1;
            Entry again = new Entry(last.key(), last.createRevision(), next, last.value());
            journal.leap(new Event.Put(again, Optional.of(last)));
            return entries.size();
        }
    }
}
