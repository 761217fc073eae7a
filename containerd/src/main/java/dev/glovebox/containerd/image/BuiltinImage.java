package dev.glovebox.containerd.image;

import dev.glovebox.containerd.ContentStore.Blob;
import dev.glovebox.containerd.image.ArchivedImage.Inline;
import java.util.Objects;

/// An image that Glovebox makes by itself, of one layer, the same bytes from the same parts.
public final class BuiltinImage {
    private final String name;
    private final Inline manifest;
    private final Inline config;
    private final Inline layer;

    BuiltinImage(String name, byte[] config, byte[] layer) {
        this.name = Objects.requireNonNull(name, "name");
        this.layer = inline(MediaTypes.LAYER, layer);
        this.config = inline(MediaTypes.CONFIG, config);
        this.manifest =
                inline(
                        MediaTypes.MANIFEST,
                        Manifests.of(this.config.blob(), java.util.List.of(this.layer.blob())));
    }

    private static Inline inline(String mediaType, byte[] content) {
        return new Inline(new Blob(mediaType, Digests.of(content), content.length), content);
    }

    /// Its name in full, with the tag.
    public String name() {
        return name;
    }

    /// The digest of its manifest.
    public String digest() {
        return manifest.blob().digest();
    }

    /// The digest of its configuration, by which CRI knows it.
    public String id() {
        return config.blob().digest();
    }

    Inline manifest() {
        return manifest;
    }

    Inline config() {
        return config;
    }

    Inline layer() {
        return layer;
    }

    /// A file's name for its archive: `busybox-1.35.0.oci.tar`.
    String fileName() {
        return name.substring(name.lastIndexOf('/') + 1).replace(':', '-') + ".oci.tar";
    }
}
