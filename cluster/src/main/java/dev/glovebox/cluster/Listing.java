package dev.glovebox.cluster;

import java.util.List;

/// A consistent list and the `resourceVersion` at which it was read; a watch goes on from there.
///
/// @param <T> the model of the items
public record Listing<T>(String resourceVersion, List<T> items) {
    /// Copies the items.
    public Listing {
        items = List.copyOf(items);
    }
}
