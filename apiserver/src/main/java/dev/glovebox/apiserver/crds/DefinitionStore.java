package dev.glovebox.apiserver.crds;

import dev.glovebox.store.Store;
import dev.glovebox.store.WriteWrapper;
import java.util.Objects;
import java.util.function.Supplier;

/// A store after whose writes of definitions their kinds are served: whoever wrote one finds its
/// kind when the answer is there.
public final class DefinitionStore extends WriteWrapper {
    private final Definitions definitions;

    /// @param definitions are settled after each of their writes
    public DefinitionStore(Store store, Definitions definitions) {
        super(store);
        this.definitions = Objects.requireNonNull(definitions, "definitions");
    }

    @Override
    protected WriteResult around(String key, Supplier<WriteResult> write) {
        return key.startsWith(Definitions.PLACE) ? definitions.changed(write) : write.get();
    }
}
