package dev.glovebox.apiserver.table;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.stream.Collectors;

/// Rows of volumes and of those who make them.
final class StoragePrinters {
    private static final Map<String, String> MODES =
            Map.of(
                    "ReadWriteOnce", "RWO",
                    "ReadOnlyMany", "ROX",
                    "ReadWriteMany", "RWX",
                    "ReadWriteOncePod", "RWOP");
    private static final String DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class";

    private StoragePrinters() {}

    static Map<String, Printer> byResource() {
        return Map.of(
                "persistentvolumes",
                StoragePrinters::volume,
                "persistentvolumeclaims",
                StoragePrinters::claim,
                "storageclasses.storage.k8s.io",
                StoragePrinters::storageClass,
                "csidrivers.storage.k8s.io",
                StoragePrinters::driver,
                "csinodes.storage.k8s.io",
                (object, row) ->
                        row.name(object)
                                .number(object.path("spec").path("drivers").size())
                                .age(object),
                "volumeattachments.storage.k8s.io",
                (object, row) ->
                        row.name(object)
                                .text(object.at("/spec/attacher").asText())
                                .text(object.at("/spec/source/persistentVolumeName").asText())
                                .text(object.at("/spec/nodeName").asText())
                                .truth(object.at("/status/attached"))
                                .age(object));
    }

    private static String modes(JsonNode modes) {
        return Lists.of(modes)
                .map(each -> MODES.getOrDefault(each.asText(), each.asText()))
                .distinct()
                .collect(Collectors.joining(","));
    }

    private static String phase(JsonNode object) {
        return object.path("metadata").has("deletionTimestamp")
                ? "Terminating"
                : object.path("status").path("phase").asText();
    }

    private static void volume(JsonNode volume, Row row) {
        JsonNode spec = volume.path("spec");
        JsonNode claim = spec.path("claimRef");
        row.name(volume)
                .text(spec.at("/capacity/storage").asText())
                .text(modes(spec.path("accessModes")))
                .text(spec.path("persistentVolumeReclaimPolicy").asText())
                .text(phase(volume))
                .text(
                        claim.isObject()
                                ? claim.path("namespace").asText()
                                        + "/"
                                        + claim.path("name").asText()
                                : "")
                .text(spec.path("storageClassName").asText())
                .text(spec.path("volumeAttributesClassName").asText(), Row.UNSET)
                .text(volume.path("status").path("reason").asText())
                .age(volume)
                .text(spec.path("volumeMode").asText(), Row.UNSET);
    }

    private static void claim(JsonNode claim, Row row) {
        JsonNode spec = claim.path("spec");
        String volume = spec.path("volumeName").asText();
        JsonNode status = claim.path("status");
        row.name(claim)
                .text(phase(claim))
                .text(volume)
                .text(volume.isEmpty() ? "" : status.at("/capacity/storage").asText())
                .text(volume.isEmpty() ? "" : modes(status.path("accessModes")))
                .text(spec.path("storageClassName").asText())
                .text(spec.path("volumeAttributesClassName").asText(), Row.UNSET)
                .age(claim)
                .text(spec.path("volumeMode").asText(), Row.UNSET);
    }

    private static void storageClass(JsonNode object, Row row) {
        boolean standard =
                object.path("metadata")
                        .path("annotations")
                        .path(DEFAULT_CLASS)
                        .asText()
                        .equals("true");
        String name = object.path("metadata").path("name").asText();
        row.text(standard ? name + " (default)" : name)
                .text(object.path("provisioner").asText())
                .text(object.path("reclaimPolicy").asText())
                .text(object.path("volumeBindingMode").asText())
                .truth(object.path("allowVolumeExpansion"))
                .age(object);
    }

    private static void driver(JsonNode object, Row row) {
        JsonNode spec = object.path("spec");
        row.name(object)
                .truth(spec.path("attachRequired"))
                .truth(spec.path("podInfoOnMount"))
                .truth(spec.path("storageCapacity"))
                .text(Lists.joined(spec.path("tokenRequests"), "audience"), Row.UNSET)
                .truth(spec.path("requiresRepublish"))
                .text(Lists.joined(spec.path("volumeLifecycleModes")), Row.NONE)
                .age(object);
    }
}
