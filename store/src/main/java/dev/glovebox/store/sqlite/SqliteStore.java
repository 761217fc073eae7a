package dev.glovebox.store.sqlite;

import dev.glovebox.store.HistoryLimit;
import dev.glovebox.store.JournaledStore;
import dev.glovebox.store.Store;
import dev.glovebox.store.StoreException;
import java.nio.file.Path;

/// Opens stores that are durable in SQLite.
public final class SqliteStore {
    private SqliteStore() {}

    /// Opens the store of a directory, and creates both where there are none. One process has a
    /// store open at a time.
    ///
    /// @throws StoreException when the directory cannot be used, when another process has it, or
    ///   when the database is damaged or of a newer version
    public static Store open(Path directory, HistoryLimit limit) {
        SqliteJournal journal = SqliteJournal.open(directory);
        try {
            return new JournaledStore(journal, limit);
        } catch (RuntimeException e) {
            journal.close();
            throw e;
        }
    }
}
