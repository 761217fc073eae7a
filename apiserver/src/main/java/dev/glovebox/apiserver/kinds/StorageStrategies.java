package dev.glovebox.apiserver.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.rules.ClaimRules;
import dev.glovebox.apiserver.rules.CsiRules;
import dev.glovebox.apiserver.rules.PersistentVolumeRules;
import dev.glovebox.apiserver.rules.StorageRules;
import java.util.List;
import java.util.Map;

/// What no schema says about volumes and those who make them.
final class StorageStrategies {
    static final Strategy CLAIM =
            RuledStrategy.of(ClaimRules::check)
                    .changes(ClaimRules::checkUpdate)
                    .defaults(StorageStrategies::claim)
                    .answeringWithObject();

    static final Strategy VOLUME =
            RuledStrategy.of(PersistentVolumeRules::check)
                    .changes(PersistentVolumeRules::checkUpdate)
                    .defaults(StorageStrategies::volume)
                    .answeringWithObject();

    static final Strategy CLASS =
            RuledStrategy.of(StorageRules::storageClass)
                    .changes(StorageRules::storageClassUpdate)
                    .defaults(StorageStrategies::storageClass)
                    .answeringWithObject();

    static final Strategy ATTACHMENT =
            RuledStrategy.of(StorageRules::attachment)
                    .newRules(StorageRules::newAttachment)
                    .changes(StorageRules::attachmentUpdate)
                    .statusRules(StorageRules::attachmentStatus)
                    .defaults(StorageStrategies::attachment)
                    .answeringWithObject();

    static final Strategy DRIVER =
            RuledStrategy.of(CsiRules::driver)
                    .changes(CsiRules::driverUpdate)
                    .defaults(StorageStrategies::driver)
                    .counting(0, "spec")
                    .answeringWithObject();

    static final Strategy NODE =
            RuledStrategy.of(CsiRules::node).changes(CsiRules::nodeUpdate).answeringWithObject();

    static final Strategy CAPACITY =
            RuledStrategy.of(CsiRules::capacity).changes(CsiRules::capacityUpdate);

    private StorageStrategies() {}

    private static void claim(ObjectNode claim) {
        Trees.orText(Trees.object(claim, "status"), "phase", "Pending");
        ObjectNode spec = Trees.object(claim, "spec");
        for (String field : List.of("dataSource", "dataSourceRef")) {
            if (spec.path(field) instanceof ObjectNode source && !source.has("apiGroup")) {
                source.putNull("apiGroup");
            }
        }
        Trees.orText(spec, "volumeMode", "Filesystem");
        sources(spec);
    }

    private static void attachment(ObjectNode attachment) {
        ObjectNode status = Trees.object(attachment, "status");
        if (!status.has("attached")) {
            status.put("attached", false);
        }
        // Kubernetes 1.34 does not keep the code yet.
        for (String field : List.of("attachError", "detachError")) {
            if (status.path(field) instanceof ObjectNode error) {
                error.remove("errorCode");
            }
        }
    }

    /// The two ways to say what a claim is filled from follow each other.
    private static void sources(ObjectNode spec) {
        if (spec.path("dataSource").isObject()
                && !spec.has("dataSourceRef")
                && !isOldSource(spec.path("dataSource"))) {
            spec.remove("dataSource");
        }
        if (spec.path("dataSource").isObject() && !spec.has("dataSourceRef")) {
            spec.set("dataSourceRef", spec.path("dataSource").deepCopy());
        } else if (spec.path("dataSourceRef").isObject()
                && !spec.has("dataSource")
                && spec.path("dataSourceRef").path("namespace").asText().isEmpty()) {
            ObjectNode source = spec.path("dataSourceRef").deepCopy();
            source.remove("namespace");
            spec.set("dataSource", source);
        }
    }

    /// Whether the older of the two ways can name it.
    private static boolean isOldSource(JsonNode source) {
        String group = source.path("apiGroup").asText("");
        String kind = source.path("kind").asText();
        return group.isEmpty()
                ? kind.equals("PersistentVolumeClaim")
                : group.equals("snapshot.storage.k8s.io") && kind.equals("VolumeSnapshot");
    }

    private static void volume(ObjectNode volume) {
        ObjectNode status = Trees.object(volume, "status");
        Trees.orText(status, "phase", "Pending");
        String made = volume.path("metadata").path("creationTimestamp").asText();
        if (!made.isEmpty()) {
            Trees.orText(status, "lastPhaseTransitionTime", made);
        }
        ObjectNode spec = Trees.object(volume, "spec");
        Trees.orText(spec, "persistentVolumeReclaimPolicy", "Retain");
        Trees.orText(spec, "volumeMode", "Filesystem");
        if (spec.path("hostPath") instanceof ObjectNode place) {
            Trees.orText(place, "type", "");
        }
    }

    private static void storageClass(ObjectNode storage) {
        Trees.orText(storage, "reclaimPolicy", "Delete");
        Trees.orText(storage, "volumeBindingMode", "Immediate");
    }

    private static void driver(ObjectNode driver) {
        ObjectNode spec = Trees.object(driver, "spec");
        // Kubernetes 1.34 does not keep it yet.
        spec.remove("nodeAllocatableUpdatePeriodSeconds");
        Map.of(
                        "attachRequired", true,
                        "podInfoOnMount", false,
                        "storageCapacity", false,
                        "requiresRepublish", false,
                        "seLinuxMount", false)
                .forEach((field, value) -> {
                    if (!spec.has(field)) {
                        spec.put(field, value);
                    }
                });
        Trees.orText(spec, "fsGroupPolicy", "ReadWriteOnceWithFSType");
        if (spec.path("volumeLifecycleModes").isEmpty()) {
            List.of("Persistent").forEach(spec.putArray("volumeLifecycleModes")::add);
        }
    }
}
