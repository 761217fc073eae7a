package dev.glovebox.apiserver;

import dev.glovebox.store.Image;
import dev.glovebox.store.Store;
import java.util.Objects;

/// A store that tells of writes below a prefix, each before its writer has the answer: what depends
/// on them is there when it comes.
///
/// @param prefix of the keys
/// @param written is run by the thread that wrote
record ObservedStore(Store store, String prefix, Runnable written) implements Store {
    ObservedStore {
        Objects.requireNonNull(store, "store");
        Objects.requireNonNull(prefix, "prefix");
        Objects.requireNonNull(written, "written");
    }

    @Override
    public Image image() {
        return store.image();
    }

    @Override
    public Image image(long revision) {
        return store.image(revision);
    }

    @Override
    public WriteResult put(String key, long expected, byte[] value) {
        return told(key, store.put(key, expected, value));
    }

    @Override
    public WriteResult delete(String key, long expected, byte[] lastState) {
        return told(key, store.delete(key, expected, lastState));
    }

    private WriteResult told(String key, WriteResult result) {
        if (key.startsWith(prefix) && result instanceof WriteResult.Written) {
            written.run();
        }
        return result;
    }

    @Override
    public EventStream watch(String from, long revision) {
        return store.watch(from, revision);
    }

    @Override
    public void close() {
        store.close();
    }
}
