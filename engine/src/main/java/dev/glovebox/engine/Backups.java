package dev.glovebox.engine;

import dev.glovebox.store.Store;
import dev.glovebox.store.StoreException;
import dev.glovebox.store.sqlite.SqliteBackup;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;

/// Copies of the store while it is in use, one at a time.
final class Backups {
    private final Store store;
    private final Path file;
    private final ReentrantLock one = new ReentrantLock();

    /// @param file holds a copy while it is sent; one that an ended engine left is removed
    Backups(Store store, Path file) {
        this.store = store;
        this.file = file;
    }

    /// Sends a copy of what the store holds at one moment.
    ///
    /// @throws StoreException where there is no room for the copy
    void send(OutputStream to) throws IOException, InterruptedException {
        one.lockInterruptibly();
        try {
            Files.deleteIfExists(file);
            SqliteBackup.write(store, file);
            Files.copy(file, to);
        } finally {
            Files.deleteIfExists(file);
            one.unlock();
        }
    }
}
