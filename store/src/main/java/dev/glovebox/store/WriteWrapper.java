package dev.glovebox.store;

import java.util.Objects;
import java.util.function.Supplier;

/// A store in front of another that does something about writes. Everything else is passed on.
public abstract class WriteWrapper implements Store {
    private final Store store;

    /// @param store that is written to; closed with this one
    protected WriteWrapper(Store store) {
        this.store = Objects.requireNonNull(store, "store");
    }

    /// Carries a write out, with whatever belongs before and after it.
    ///
    /// @param key that is written or removed
    /// @param write what the other store does
    protected abstract WriteResult around(String key, Supplier<WriteResult> write);

    @Override
    public final WriteResult put(String key, long expected, byte[] value) {
        return around(key, () -> store.put(key, expected, value));
    }

    @Override
    public final WriteResult delete(String key, long expected, byte[] lastState) {
        return around(key, () -> store.delete(key, expected, lastState));
    }

    @Override
    public final Image image() {
        return store.image();
    }

    @Override
    public final Image image(long revision) {
        return store.image(revision);
    }

    @Override
    public final EventStream watch(String prefix, long revision) {
        return store.watch(prefix, revision);
    }

    @Override
    public final void close() {
        store.close();
    }
}
