package dev.glovebox.containerd.image;

import dev.glovebox.containerd.ContentStore.Blob;
import java.util.List;

/// One image of an archive for this machine's platform, checked and ready to be stored.
///
/// @param names its names in full, at least one
/// @param manifest the manifest
/// @param config the configuration, whose digest is the image's id
/// @param layers the layers, lowest first
record ArchivedImage(List<String> names, Inline manifest, Inline config, List<Layer> layers) {
    ArchivedImage {
        names = List.copyOf(names);
        layers = List.copyOf(layers);
        if (names.isEmpty()) {
            throw new IllegalArgumentException("an image without a name");
        }
    }

    /// A small blob, in memory.
    record Inline(Blob blob, byte[] content) {}

    /// A layer, which lies in the archive.
    record Layer(Blob blob, TarIndex.Place place) {}
}
