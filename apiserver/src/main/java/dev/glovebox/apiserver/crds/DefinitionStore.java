package dev.glovebox.apiserver.crds;

import dev.glovebox.store.Image;
import dev.glovebox.store.Store;
import java.util.Objects;
import java.util.function.Supplier;

/// A store after whose writes of definitions their kinds are served: whoever wrote one finds its
/// kind when the answer is there.
///
/// @param definitions are settled after each of their writes
public record DefinitionStore(Store store, Definitions definitions) implements Store {
    /// Refuses null parts.
    public DefinitionStore {
        Objects.requireNonNull(store, "store");
        Objects.requireNonNull(definitions, "definitions");
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
        return settled(key, () -> store.put(key, expected, value));
    }

    @Override
    public WriteResult delete(String key, long expected, byte[] lastState) {
        return settled(key, () -> store.delete(key, expected, lastState));
    }

    private WriteResult settled(String key, Supplier<WriteResult> write) {
        return key.startsWith(Definitions.PLACE) ? definitions.changed(write) : write.get();
    }

    @Override
    public EventStream watch(String prefix, long revision) {
        return store.watch(prefix, revision);
    }

    @Override
    public void close() {
        store.close();
    }
}
