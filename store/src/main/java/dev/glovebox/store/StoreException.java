package dev.glovebox.store;

import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The store's environment is broken: its message names the file, what is wrong with it and what
/// mends it. A write that ends with it was not acknowledged and changed nothing that readers see.
public sealed class StoreException extends RuntimeException permits DamagedException {
    private static final long serialVersionUID = 1L;

    private final String problem;
    private final String cure;

    /// A failure of the store at `file`.
    ///
    /// @param problem what is wrong, one clause
    /// @param cure what a user does about it, one clause
    /// @param cause null where the store itself found it
    public StoreException(Path file, String problem, String cure, @Nullable Throwable cause) {
        super(file + ": " + problem + "; " + cure, cause);
        this.problem = Objects.requireNonNull(problem, "problem");
        this.cure = Objects.requireNonNull(cure, "cure");
    }

    /// The same failure for another caller, with that caller's stack.
    StoreException(StoreException failure) {
        super(failure.getMessage(), failure);
        this.problem = failure.problem;
        this.cure = failure.cure;
    }

    /// What is wrong, one clause.
    public String problem() {
        return problem;
    }

    /// What a user does about it, one clause.
    public String cure() {
        return cure;
    }
}
