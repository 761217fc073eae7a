package dev.glovebox.node.images;

import java.util.List;

/// An image on the node.
///
/// @param id the runtime's
/// @param names tags and digests by which it is known
/// @param bytes what its layers take
/// @param pinned whether it stays whatever happens: the engine's own
public record StoredImage(String id, List<String> names, long bytes, boolean pinned) {
    /// Copies.
    public StoredImage {
        names = List.copyOf(names);
    }
}
