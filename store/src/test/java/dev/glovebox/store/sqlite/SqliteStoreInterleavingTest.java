package dev.glovebox.store.sqlite;

import dev.glovebox.store.HistoryLimit;
import dev.glovebox.store.Store;
import dev.glovebox.store.StoreInterleaving;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteStoreInterleavingTest extends StoreInterleaving {
    @TempDir Path folder;

    @Override
    protected Store open(HistoryLimit limit) {
        return SqliteStore.open(folder.resolve("store"), limit);
    }
}
