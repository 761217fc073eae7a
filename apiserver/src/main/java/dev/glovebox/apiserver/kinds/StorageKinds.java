package dev.glovebox.apiserver.kinds;

import java.util.List;

/// Volumes and those who make them.
final class StorageKinds {
    static final List<Declaration> ALL =
            List.of(
                    Declaration.core(
                            "persistentvolumeclaims",
                            "PersistentVolumeClaim",
                            StorageStrategies.CLAIM),
                    Declaration.core(
                            "persistentvolumes", "PersistentVolume", StorageStrategies.VOLUME),
                    Declaration.of(
                            "storage.k8s.io",
                            "csidrivers",
                            "io.k8s.api.storage.v1.CSIDriver",
                            StorageStrategies.DRIVER),
                    Declaration.of(
                            "storage.k8s.io",
                            "csinodes",
                            "io.k8s.api.storage.v1.CSINode",
                            StorageStrategies.NODE),
                    Declaration.of(
                            "storage.k8s.io",
                            "csistoragecapacities",
                            "io.k8s.api.storage.v1.CSIStorageCapacity",
                            StorageStrategies.CAPACITY),
                    Declaration.of(
                            "storage.k8s.io",
                            "storageclasses",
                            "io.k8s.api.storage.v1.StorageClass",
                            StorageStrategies.CLASS),
                    Declaration.of(
                            "storage.k8s.io",
                            "volumeattachments",
                            "io.k8s.api.storage.v1.VolumeAttachment",
                            StorageStrategies.ATTACHMENT));

    private StorageKinds() {}
}
