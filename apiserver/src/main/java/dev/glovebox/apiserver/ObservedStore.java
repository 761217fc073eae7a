package dev.glovebox.apiserver;

import dev.glovebox.store.Store;
import dev.glovebox.store.WriteWrapper;
import java.util.Objects;
import java.util.function.Supplier;

/// A store that tells of writes below a prefix, each before its writer has the answer: what depends
/// on them is there when it comes.
final class ObservedStore extends WriteWrapper {
    private final String prefix;
    private final Runnable written;

    /// @param prefix of the keys
    /// @param written is run by the thread that wrote
    ObservedStore(Store store, String prefix, Runnable written) {
        super(store);
        this.prefix = Objects.requireNonNull(prefix, "prefix");
        this.written = Objects.requireNonNull(written, "written");
    }

    @Override
    protected WriteResult around(String key, Supplier<WriteResult> write) {
        WriteResult result = write.get();
        if (key.startsWith(prefix) && result instanceof WriteResult.Written) {
            written.run();
        }
        return result;
    }
}
