package dev.glovebox.store.sqlite;

import dev.glovebox.store.Entry;
import dev.glovebox.store.HistoryLimit;
import dev.glovebox.store.Store;
import dev.glovebox.store.StoreContract;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/// The program that [SqliteDurabilityTest] kills: it writes for ever and prints each write's key,
/// revision and number once the store has acknowledged it.
final class Acknowledger {
    private static final int WRITERS = 4;

    private Acknowledger() {}

    /// Writes into the store of directory `arguments[0]`, under keys that begin with
    /// `arguments[1]`.
    public static void main(String[] arguments) {
        Store store = SqliteStore.open(Path.of(arguments[0]), new HistoryLimit(50, Long.MAX_VALUE));
        for (int i = 0; i < WRITERS; i++) {
            String counter = arguments[1] + "/" + i;
            Thread.ofPlatform().start(() -> write(store, counter));
        }
    }

    private static void write(Store store, String counter) {
        long revision = 0;
        for (int number = 0; ; number++) {
            byte[] value = ByteBuffer.allocate(1500).putInt(number).array();
            Entry counted = StoreContract.written(store.put(counter, revision, value));
            revision = counted.revision();
            print(counted, number);
            print(StoreContract.written(store.put(counter + "/" + number, 0, value)), number);
        }
    }

    private static void print(Entry entry, int number) {
        System.out.println(entry.key() + " " + entry.revision() + " " + number);
    }
}
