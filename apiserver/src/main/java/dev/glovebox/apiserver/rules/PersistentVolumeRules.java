package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.schema.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;

/// Rules about PersistentVolumes. Of the sources of volumes those are looked into that are not
/// bound to one vendor; of the others one may be given. Source: `core/validation`.
public final class PersistentVolumeRules {
    private static final List<String> POLICIES = List.of("Delete", "Recycle", "Retain");
    private static final List<String> SECRETS =
            List.of(
                    "controllerPublishSecretRef",
                    "controllerExpandSecretRef",
                    "nodePublishSecretRef",
                    "nodeExpandSecretRef");
    private static final List<String> SOURCES =
            List.of(
                    "hostPath",
                    "gcePersistentDisk",
                    "awsElasticBlockStore",
                    "glusterfs",
                    "flocker",
                    "nfs",
                    "rbd",
                    "quobyte",
                    "cephfs",
                    "iscsi",
                    "cinder",
                    "fc",
                    "flexVolume",
                    "azureFile",
                    "vsphereVolume",
                    "photonPersistentDisk",
                    "portworxVolume",
                    "azureDisk",
                    "scaleIO",
                    "local",
                    "storageos",
                    "csi");
    private static final Path SPEC = Path.of("spec");

    private PersistentVolumeRules() {}

    /// Rules for a volume, whether new or changed.
    public static void check(JsonNode volume, FieldErrors errors) {
        JsonNode spec = volume.path("spec");
        if (spec.path("accessModes").isEmpty()) {
            errors.required(SPEC.field("accessModes"), "");
        }
        ClaimRules.accessModes(spec, SPEC, errors);
        capacity(spec.path("capacity"), errors);
        String policy = spec.path("persistentVolumeReclaimPolicy").asText();
        if (!policy.isEmpty() && !POLICIES.contains(policy)) {
            errors.unsupported(SPEC.field("persistentVolumeReclaimPolicy"), policy, POLICIES);
        }
        affinity(spec.path("nodeAffinity"), errors);
        sources(spec, errors);
        String name = spec.path("storageClassName").asText();
        if (!name.isEmpty()) {
            errors.invalid(SPEC.field("storageClassName"), name, Words.subdomain(name));
        }
        String mode = spec.path("volumeMode").asText();
        if (spec.has("volumeMode") && !ClaimRules.VOLUME_MODES.contains(mode)) {
            errors.unsupported(SPEC.field("volumeMode"), mode, ClaimRules.VOLUME_MODES);
        }
    }

    private static void capacity(JsonNode capacity, FieldErrors errors) {
        Path path = SPEC.field("capacity");
        if (capacity.isEmpty()) {
            errors.required(path, "");
        }
        if (!capacity.has("storage") || capacity.size() > 1) {
            JsonNode shown = capacity.isObject() ? capacity : JsonNodeFactory.instance.nullNode();
            errors.unsupported(path, shown, List.of("storage"));
        }
        for (var amount : capacity.properties()) {
            Path at = path.key(amount.getKey());
            BigDecimal number = Quantity.parse(amount.getValue().asText()).amount();
            if (number.signum() < 0) {
                BigDecimal whole = number.setScale(0, RoundingMode.UP);
                errors.invalid(at, DecimalNode.valueOf(whole), "must be a valid resource quantity");
            }
            ClaimRules.positive(amount.getValue(), at, errors);
        }
    }

    private static void affinity(JsonNode affinity, FieldErrors errors) {
        Path path = SPEC.field("nodeAffinity").field("required");
        if (affinity.has("required")) {
            AffinityRules.selector(affinity.path("required"), path, errors);
        } else if (affinity.isObject()) {
            errors.required(path, "must specify required node constraints");
        }
    }

    private static void sources(JsonNode spec, FieldErrors errors) {
        int count = 0;
        for (String source : SOURCES) {
            if (!spec.has(source)) {
                continue;
            }
            if (count++ > 0) {
                errors.forbidden(SPEC.field(source), "may not specify more than 1 volume type");
            } else {
                source(source, spec, SPEC.field(source), errors);
            }
        }
        if (count == 0) {
            errors.required(SPEC, "must specify a volume type");
        }
        boolean root = spec.path("hostPath").path("path").asText().matches("/+");
        if (root && spec.path("persistentVolumeReclaimPolicy").asText().equals("Recycle")) {
            errors.forbidden(
                    SPEC.field("persistentVolumeReclaimPolicy"),
                    "may not be 'recycle' for a hostPath mount of '/'");
        }
    }

    private static void source(String type, JsonNode spec, Path path, FieldErrors errors) {
        JsonNode source = spec.path(type);
        switch (type) {
            case "hostPath" -> place(source, path, errors);
            case "local" -> {
                place(source, path, errors);
                if (!spec.has("nodeAffinity")) {
                    errors.required(
                            SPEC.field("nodeAffinity"), "Local volume requires node affinity");
                }
            }
            case "nfs" -> {
                present(source, "server", path, errors);
                present(source, "path", path, errors);
                String place = source.path("path").asText();
                if (!place.startsWith("/")) {
                    errors.invalid(path.field("path"), place, "must be an absolute path");
                }
            }
            case "csi" -> csi(source, path, errors);
            default -> {}
        }
    }

    private static void place(JsonNode source, Path path, FieldErrors errors) {
        present(source, "path", path, errors);
        String place = source.path("path").asText();
        if (List.of(place.split("/", -1)).contains("..")) {
            errors.invalid(path.field("path"), place, "must not contain '..'");
        }
    }

    private static void csi(JsonNode source, Path path, FieldErrors errors) {
        driverName(source.path("driver").asText(), path.field("driver"), errors);
        present(source, "volumeHandle", path, errors);
        for (String secret : SECRETS) {
            if (source.has(secret)) {
                secret(source.path(secret), path.field(secret), errors);
            }
        }
    }

    private static void secret(JsonNode secret, Path path, FieldErrors errors) {
        present(secret, "name", path, errors);
        present(secret, "namespace", path, errors);
        String name = secret.path("name").asText();
        if (!name.isEmpty()) {
            errors.invalid(path.field("name"), name, Words.subdomain(name));
        }
        String namespace = secret.path("namespace").asText();
        if (!namespace.isEmpty()) {
            errors.invalid(path.field("namespace"), namespace, Words.label(namespace));
        }
    }

    /// The name of a driver.
    static void driverName(String name, Path path, FieldErrors errors) {
        if (name.isEmpty()) {
            errors.required(path, "");
        }
        if (name.length() > 63) {
            errors.tooLong(path, 63);
        }
        errors.invalid(path, name, Words.subdomain(name.toLowerCase(Locale.ROOT)));
    }

    private static void present(JsonNode source, String field, Path path, FieldErrors errors) {
        if (source.path(field).asText().isEmpty()) {
            errors.required(path.field(field), "");
        }
    }

    /// What a volume must keep: what it is and how it is seen.
    public static void checkUpdate(ObjectNode volume, ObjectNode old, FieldErrors errors) {
        JsonNode spec = volume.path("spec");
        JsonNode before = old.path("spec");
        if (SOURCES.stream().anyMatch(type -> !same(type, spec, before))) {
            errors.forbidden(
                    SPEC.field("persistentvolumesource"),
                    "spec.persistentvolumesource is immutable after creation\n");
        }
        errors.immutable(Path.of("volumeMode"), spec.path("volumeMode"), before.path("volumeMode"));
        if (before.has("nodeAffinity")) {
            errors.immutable(
                    Path.of("nodeAffinity"),
                    spec.path("nodeAffinity"),
                    before.path("nodeAffinity"));
        }
    }

    /// A secret for growing may be named later.
    private static boolean same(String type, JsonNode spec, JsonNode old) {
        JsonNode source = spec.path(type);
        String later = "controllerExpandSecretRef";
        if (type.equals("csi") && source.has(later) && !old.path(type).has(later)) {
            ObjectNode copy = source.deepCopy();
            copy.remove(later);
            return copy.equals(old.path(type));
        }
        return source.equals(old.path(type));
    }
}
