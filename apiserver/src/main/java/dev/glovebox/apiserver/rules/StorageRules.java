package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Rules about StorageClasses and VolumeAttachments. Source: `storage/validation`.
public final class StorageRules {
    private static final List<String> POLICIES = List.of("Delete", "Retain");
    private static final List<String> BINDINGS = List.of("Immediate", "WaitForFirstConsumer");
    private static final int MOST_BYTES = 256 * 1024;
    private static final int MOST_PARAMETERS = 512;
    private static final int LONGEST_MESSAGE = 1024;

    private StorageRules() {}

    /// Rules for a StorageClass, whether new or changed.
    public static void storageClass(JsonNode storage, FieldErrors errors) {
        String provisioner = storage.path("provisioner").asText();
        Path path = Path.of("provisioner");
        if (provisioner.isEmpty()) {
            errors.required(path, "");
        } else {
            String name = provisioner.toLowerCase(Locale.ROOT);
            errors.invalid(path, name, Words.qualifiedName(name));
        }
        parameters(storage.path("parameters"), errors);
        String policy = storage.path("reclaimPolicy").asText();
        if (!policy.isEmpty() && !POLICIES.contains(policy)) {
            errors.unsupported(Path.of("reclaimPolicy"), policy, POLICIES);
        }
        String binding = storage.path("volumeBindingMode").asText();
        if (!BINDINGS.contains(binding)) {
            errors.unsupported(Path.of("volumeBindingMode"), binding, BINDINGS);
        }
        topologies(storage.path("allowedTopologies"), Path.of("allowedTopologies"), errors);
    }

    /// What a StorageClass must keep.
    public static void storageClassUpdate(JsonNode storage, JsonNode old, FieldErrors errors) {
        for (String field : List.of("parameters", "provisioner", "reclaimPolicy")) {
            if (!storage.path(field).equals(old.path(field))) {
                errors.forbidden(Path.of(field), "updates to " + field + " are forbidden.");
            }
        }
        errors.immutable(
                Path.of("volumeBindingMode"),
                storage.path("volumeBindingMode"),
                old.path("volumeBindingMode"));
    }

    private static void parameters(JsonNode parameters, FieldErrors errors) {
        Path path = Path.of("parameters");
        if (parameters.size() > MOST_PARAMETERS) {
            errors.tooLong(path, MOST_PARAMETERS);
            return;
        }
        if (parameters.has("")) {
            errors.invalid(path, "", "field can not be empty.");
        }
        if (bytes(parameters) > MOST_BYTES) {
            errors.tooLong(path, MOST_BYTES);
        }
    }

    private static long bytes(JsonNode texts) {
        long bytes = 0;
        for (var entry : texts.properties()) {
            bytes += entry.getKey().getBytes(StandardCharsets.UTF_8).length;
            bytes += entry.getValue().asText().getBytes(StandardCharsets.UTF_8).length;
        }
        return bytes;
    }

    private static void topologies(JsonNode topologies, Path path, FieldErrors errors) {
        Set<Map<String, Set<String>>> seen = new HashSet<>();
        for (int i = 0; i < topologies.size(); i++) {
            Path at = path.index(i).field("matchLabelExpressions");
            if (!seen.add(topology(topologies.get(i), at, errors))) {
                errors.duplicate(at, "");
            }
        }
    }

    private static Map<String, Set<String>> topology(JsonNode term, Path path, FieldErrors errors) {
        Map<String, Set<String>> keys = new HashMap<>();
        JsonNode expressions = term.path("matchLabelExpressions");
        for (int i = 0; i < expressions.size(); i++) {
            String key = expressions.get(i).path("key").asText();
            Set<String> values = new HashSet<>();
            JsonNode given = expressions.get(i).path("values");
            if (given.isEmpty()) {
                errors.required(path.index(i).field("values"), "");
            }
            for (int j = 0; j < given.size(); j++) {
                if (!values.add(given.get(j).asText())) {
                    errors.duplicate(path.index(i).field("values").index(j), given.get(j).asText());
                }
            }
            errors.invalid(path.index(i).field("key"), key, Words.qualifiedName(key));
            if (keys.put(key, values) != null) {
                errors.duplicate(path.index(i).field("key"), key);
            }
        }
        return keys;
    }

    /// Rules for a VolumeAttachment, whether new or changed.
    public static void attachment(JsonNode attachment, FieldErrors errors) {
        JsonNode spec = attachment.path("spec");
        Path path = Path.of("spec");
        String attacher = spec.path("attacher").asText();
        if (attacher.isEmpty()) {
            errors.required(path.field("attacher"), "");
        }
        source(spec.path("source"), path.field("source"), errors);
        String node = spec.path("nodeName").asText();
        errors.invalid(path.field("nodeName"), node, Words.subdomain(node));
        attachmentStatus(attachment, errors);
    }

    /// Rules for a new VolumeAttachment.
    public static void newAttachment(JsonNode attachment, FieldErrors errors) {
        JsonNode spec = attachment.path("spec");
        PersistentVolumeRules.driverName(
                spec.path("attacher").asText(), Path.of("spec.attacher"), errors);
        JsonNode name = spec.path("source").path("persistentVolumeName");
        if (name.isTextual()) {
            errors.invalid(
                    Path.of("spec.source.persistentVolumeName"),
                    name.asText(),
                    Words.subdomain(name.asText()));
        }
    }

    private static void source(JsonNode source, Path path, FieldErrors errors) {
        boolean inline = source.has("inlineVolumeSpec");
        boolean named = source.has("persistentVolumeName");
        String one = "must specify exactly one of inlineVolumeSpec and persistentVolumeName";
        if (!inline && !named) {
            errors.required(path, one);
        } else if (inline && named) {
            errors.forbidden(path, one);
        } else if (named && source.path("persistentVolumeName").asText().isEmpty()) {
            errors.required(
                    path.field("persistentVolumeName"),
                    "must specify non empty persistentVolumeName");
        }
    }

    /// Rules for the status of a VolumeAttachment.
    public static void attachmentStatus(JsonNode attachment, FieldErrors errors) {
        JsonNode status = attachment.path("status");
        Path path = Path.of("status");
        if (bytes(status.path("attachmentMetadata")) > MOST_BYTES) {
            errors.tooLong(path.field("attachmentMetadata"), MOST_BYTES);
        }
        for (String field : List.of("attachError", "detachError")) {
            JsonNode error = status.path(field);
            int length = error.path("message").asText().getBytes(StandardCharsets.UTF_8).length;
            if (length > LONGEST_MESSAGE) {
                errors.tooLong(path.field(field).field("message"), MOST_BYTES);
            }
        }
    }

    /// What a VolumeAttachment must keep.
    public static void attachmentUpdate(JsonNode attachment, JsonNode old, FieldErrors errors) {
        errors.immutable(Path.of("spec"), attachment.path("spec"), old.path("spec"));
    }
}
