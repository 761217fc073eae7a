package dev.glovebox.apiserver.kinds;

import java.util.List;

/// Volumes and those who make them.
final class StorageKinds {
    static final List<Declaration> ALL =
            List.of(
                    Declaration.core(
                            "persistentvolumeclaims", "PersistentVolumeClaim", Strategy.PLAIN),
                    Declaration.core("persistentvolumes", "PersistentVolume", Strategy.PLAIN),
                    Declaration.plain(
                            "storage.k8s.io", "csidrivers", "io.k8s.api.storage.v1.CSIDriver"),
                    Declaration.plain(
                            "storage.k8s.io", "csinodes", "io.k8s.api.storage.v1.CSINode"),
                    Declaration.plain(
                            "storage.k8s.io",
                            "csistoragecapacities",
                            "io.k8s.api.storage.v1.CSIStorageCapacity"),
                    Declaration.plain(
                            "storage.k8s.io",
                            "storageclasses",
                            "io.k8s.api.storage.v1.StorageClass"),
                    Declaration.plain(
                            "storage.k8s.io",
                            "volumeattachments",
                            "io.k8s.api.storage.v1.VolumeAttachment"));

    private StorageKinds() {}
}
