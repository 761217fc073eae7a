package dev.glovebox.store;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The store's file does not hold what this program wrote.
public final class DamagedException extends StoreException {
    private static final long serialVersionUID = 1L;

    /// Parameters as those of [StoreException].
    public DamagedException(Path file, String problem, String cure, @Nullable Throwable cause) {
        super(file, problem, cure, cause);
    }
}
