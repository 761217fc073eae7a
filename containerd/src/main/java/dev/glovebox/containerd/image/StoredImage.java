package dev.glovebox.containerd.image;

import java.util.List;

/// An image that is stored on this node.
///
/// @param names its names in full, tags before digests
/// @param id the digest of its configuration
/// @param size in bytes, compressed as stored
public record StoredImage(List<String> names, String id, long size) {
    /// Copies the names.
    public StoredImage {
        names = List.copyOf(names);
    }
}
