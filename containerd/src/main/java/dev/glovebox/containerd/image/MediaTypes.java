package dev.glovebox.containerd.image;

import java.util.Set;

/// Media types of manifests, configurations and layers, OCI's and Docker's older ones.
final class MediaTypes {
    static final String INDEX = "application/vnd.oci.image.index.v1+json";
    static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    static final String CONFIG = "application/vnd.oci.image.config.v1+json";
    static final String LAYER = "application/vnd.oci.image.layer.v1.tar";
    static final String LAYER_GZIP = "application/vnd.oci.image.layer.v1.tar+gzip";
    static final String LAYER_ZSTD = "application/vnd.oci.image.layer.v1.tar+zstd";

    private static final String DOCKER = "application/vnd.docker.";

    static final Set<String> INDEXES = Set.of(INDEX, DOCKER + "distribution.manifest.list.v2+json");
    static final Set<String> MANIFESTS = Set.of(MANIFEST, DOCKER + "distribution.manifest.v2+json");
    static final Set<String> CONFIGS = Set.of(CONFIG, DOCKER + "container.image.v1+json");
    static final Set<String> LAYERS =
            Set.of(
                    LAYER,
                    LAYER_GZIP,
                    LAYER_ZSTD,
                    DOCKER + "image.rootfs.diff.tar",
                    DOCKER + "image.rootfs.diff.tar.gzip",
                    DOCKER + "image.rootfs.diff.tar.zstd");

    private MediaTypes() {}
}
