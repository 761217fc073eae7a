package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.schema.Quantity;
import java.util.List;
import java.util.Optional;

/// Rules about PersistentVolumeClaims. Source: `core/validation`.
public final class ClaimRules {
    private static final List<String> MODES =
            List.of("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod");
    static final List<String> VOLUME_MODES = List.of("Block", "Filesystem");
    private static final String STORAGE = "storage";
    private static final String CLASS = "volume.beta.kubernetes.io/storage-class";

    private ClaimRules() {}

    /// Rules for a claim, whether new or changed.
    public static void check(JsonNode claim, FieldErrors errors) {
        checkSpec(claim.path("spec"), Path.of("spec"), errors);
    }

    /// Rules for what is claimed.
    static void checkSpec(JsonNode spec, Path path, FieldErrors errors) {
        if (spec.path("accessModes").isEmpty()) {
            errors.required(path.field("accessModes"), "at least 1 access mode is required");
        }
        SelectorRules.check(spec.path("selector"), path.field("selector"), errors);
        accessModes(spec, path, errors);
        amount(spec.path("resources").path("requests").path(STORAGE), path, errors);
        String name = spec.path("storageClassName").asText();
        if (!name.isEmpty()) {
            errors.invalid(path.field("storageClassName"), name, Words.subdomain(name));
        }
        String mode = spec.path("volumeMode").asText();
        if (spec.has("volumeMode") && !VOLUME_MODES.contains(mode)) {
            errors.unsupported(path.field("volumeMode"), mode, VOLUME_MODES);
        }
        sources(spec, path, errors);
        String attributes = spec.path("volumeAttributesClassName").asText();
        if (!attributes.isEmpty()) {
            errors.invalid(
                    path.field("volumeAttributesClassName"),
                    attributes,
                    Words.subdomain(attributes));
        }
    }

    static void accessModes(JsonNode spec, Path path, FieldErrors errors) {
        boolean single = false;
        boolean other = false;
        for (JsonNode mode : spec.path("accessModes")) {
            if (!MODES.contains(mode.asText())) {
                errors.unsupported(path.field("accessModes"), mode.asText(), MODES);
            } else if (mode.asText().equals("ReadWriteOncePod")) {
                single = true;
            } else {
                other = true;
            }
        }
        if (single && other) {
            errors.forbidden(
                    path.field("accessModes"),
                    "may not use ReadWriteOncePod with other access modes");
        }
    }

    private static void amount(JsonNode amount, Path path, FieldErrors errors) {
        Path at = path.field("resources").key(STORAGE);
        if (amount.isMissingNode()) {
            errors.required(at, "");
        } else {
            positive(amount, at, errors);
        }
    }

    static void positive(JsonNode amount, Path path, FieldErrors errors) {
        if (Quantity.parse(amount.asText()).sign() <= 0) {
            errors.invalid(path, amount, "must be greater than zero");
        }
    }

    private static void sources(JsonNode spec, Path path, FieldErrors errors) {
        JsonNode source = spec.path("dataSource");
        JsonNode reference = spec.path("dataSourceRef");
        source(source, path.field("dataSource"), errors);
        source(reference, path.field("dataSourceRef"), errors);
        String namespace = reference.path("namespace").asText();
        if (!namespace.isEmpty()) {
            errors.invalid(
                    path.field("dataSourceRef").field("namespace"),
                    namespace,
                    Words.label(namespace));
        }
        if (source.isObject() && !namespace.isEmpty()) {
            errors.invalid(
                    path,
                    path.field("dataSource").text(),
                    "may not be specified when dataSourceRef.namespace is specified");
        } else if (source.isObject() && reference.isObject() && !sameSource(source, reference)) {
            errors.invalid(path, path.field("dataSource").text(), "must match dataSourceRef");
        }
    }

    private static boolean sameSource(JsonNode source, JsonNode reference) {
        return List.of("apiGroup", "kind", "name").stream()
                .allMatch(field -> source.path(field).equals(reference.path(field)));
    }

    private static void source(JsonNode source, Path path, FieldErrors errors) {
        if (!source.isObject()) {
            return;
        }
        for (String field : List.of("name", "kind")) {
            if (source.path(field).asText().isEmpty()) {
                errors.required(path.field(field), "");
            }
        }
        String group = source.path("apiGroup").asText("");
        if (!group.isEmpty()) {
            errors.invalid(path.field("apiGroup"), group, Words.subdomain(group));
        } else if (!source.path("kind").asText().equals("PersistentVolumeClaim")) {
            errors.invalid(
                    path,
                    source.path("kind").asText(),
                    "must be 'PersistentVolumeClaim' when referencing the default apiGroup");
        }
    }

    /// What a claim must keep: all but the volume that it is bound to, once, and its size.
    public static void checkUpdate(ObjectNode claim, ObjectNode old, FieldErrors errors) {
        ObjectNode spec = claim.path("spec").deepCopy();
        ObjectNode before = old.path("spec").deepCopy();
        if (before.path("volumeName").asText().isEmpty()) {
            before.remove("volumeName");
            spec.remove("volumeName");
        }
        JsonNode annotation = old.path("metadata").path("annotations").path(CLASS);
        if (!claim.path("metadata").path("annotations").path(CLASS).equals(annotation)) {
            errors.invalid(Path.of("metadata.annotations").key(CLASS), "", "field is immutable");
        }
        boolean bound = claim.path("status").path("phase").asText().equals("Bound");
        if (bound) {
            List.of(spec, before)
                    .forEach(each -> {
                        each.remove("volumeAttributesClassName");
                        requests(each).ifPresent(requests -> requests.remove(STORAGE));
                    });
        }
        if (!spec.equals(before)) {
            errors.forbidden(
                    Path.of("spec"),
                    "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n");
        }
        smaller(claim, old, errors);
        errors.immutable(
                Path.of("volumeMode"),
                claim.path("spec").path("volumeMode"),
                old.path("spec").path("volumeMode"));
    }

    private static Optional<ObjectNode> requests(ObjectNode spec) {
        return spec.path("resources").path("requests") instanceof ObjectNode requests
                ? Optional.of(requests)
                : Optional.empty();
    }

    /// A claim may shrink again to what it has, but not below.
    private static void smaller(JsonNode claim, JsonNode old, FieldErrors errors) {
        Quantity wanted = size(claim.path("spec").path("resources").path("requests"));
        Quantity before = size(old.path("spec").path("resources").path("requests"));
        Quantity has = size(old.path("status").path("capacity"));
        if (wanted.compareTo(before) < 0 && wanted.compareTo(has) <= 0) {
            errors.forbidden(
                    Path.of("spec.resources.requests.storage"),
                    "field can not be less than status.capacity");
        }
    }

    private static Quantity size(JsonNode amounts) {
        return Quantity.parse(amounts.path(STORAGE).asText("0"));
    }
}
