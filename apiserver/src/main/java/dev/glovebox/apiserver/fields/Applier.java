package dev.glovebox.apiserver.fields;

import java.util.Objects;

/// Who applies a configuration.
///
/// @param manager its name
/// @param force whether it takes fields from those who gave them other values
public record Applier(String manager, boolean force) {
    /// Refuses null.
    public Applier {
        Objects.requireNonNull(manager, "manager");
    }
}
