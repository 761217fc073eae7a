package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Rules about `metadata`. Source: apimachinery's `api/validation`.
public final class MetaRules {
    private static final int MOST_ANNOTATION_BYTES = 256 * 1024;
    private static final Path METADATA = Path.of("metadata");
    private static final Set<String> STANDARD_FINALIZERS =
            Set.of("orphan", "foregroundDeletion", "kubernetes");

    private MetaRules() {}

    /// What makes a name valid.
    @FunctionalInterface
    public interface NameRule {
        /// What is wrong with the name; empty when nothing is.
        List<String> wrong(String name);
    }

    /// Rules for a new object and for one that is changed, of Kubernetes' own kinds.
    public static void check(JsonNode metadata, NameRule names, FieldErrors errors) {
        checkDefined(metadata, names, errors);
        JsonNode finalizers = metadata.path("finalizers");
        for (int i = 0; i < finalizers.size(); i++) {
            String name = finalizers.get(i).asText();
            if (Words.qualifiedName(name).isEmpty()
                    && !name.contains("/")
                    && !STANDARD_FINALIZERS.contains(name)) {
                errors.invalid(
                        METADATA.field("finalizers").index(i),
                        name,
                        "name is neither a standard finalizer name nor is it fully qualified");
            }
        }
    }

    /// Rules for a definition and for objects of its kind, whose finalizers may have any name.
    public static void checkDefined(JsonNode metadata, NameRule names, FieldErrors errors) {
        String prefix = metadata.path("generateName").asText();
        if (!prefix.isEmpty()) {
            String trial =
                    prefix.endsWith("-") ? prefix.substring(0, prefix.length() - 1) + "a" : prefix;
            errors.invalid(METADATA.field("generateName"), prefix, names.wrong(trial));
        }
        String name = metadata.path("name").asText();
        if (name.isEmpty()) {
            errors.required(METADATA.field("name"), "name or generateName is required");
        } else {
            errors.invalid(METADATA.field("name"), name, names.wrong(name));
        }
        labels(metadata.path("labels"), METADATA.field("labels"), errors);
        annotations(metadata.path("annotations"), METADATA.field("annotations"), errors);
        owners(metadata.path("ownerReferences"), errors);
        finalizers(metadata.path("finalizers"), errors);
    }

    /// Rules for a changed object: what identifies it stays.
    public static void checkUpdate(JsonNode metadata, JsonNode old, FieldErrors errors) {
        for (String field : List.of("name", "namespace", "uid", "creationTimestamp")) {
            if (!metadata.path(field).equals(old.path(field))) {
                errors.invalid(
                        METADATA.field(field), orEmpty(metadata.path(field)), "field is immutable");
            }
        }
        if (old.has("deletionTimestamp")) {
            List<String> added = texts(metadata.path("finalizers"));
            added.removeAll(texts(old.path("finalizers")));
            if (!added.isEmpty()) {
                String words =
                        added.stream()
                                .map(each -> "\"" + each + "\"")
                                .collect(Collectors.joining(", "));
                errors.forbidden(
                        METADATA.field("finalizers"),
                        "no new finalizers can be added if the object is being deleted, found new"
                                + " finalizers []string{"
                                + words
                                + "}");
            }
        }
    }

    /// Rules for a map of labels.
    public static void labels(JsonNode labels, Path path, FieldErrors errors) {
        labels.properties()
                .forEach(label -> {
                    errors.invalid(path, label.getKey(), Words.qualifiedName(label.getKey()));
                    String value = label.getValue().asText();
                    errors.invalid(path, value, Words.labelValue(value));
                });
    }

    /// Rules for a map of annotations.
    public static void annotations(JsonNode annotations, Path path, FieldErrors errors) {
        int bytes = 0;
        for (var annotation : annotations.properties()) {
            String key = annotation.getKey();
            errors.invalid(path, key, Words.annotationKey(key));
            bytes += key.getBytes(StandardCharsets.UTF_8).length;
            bytes += annotation.getValue().asText().getBytes(StandardCharsets.UTF_8).length;
        }
        if (bytes > MOST_ANNOTATION_BYTES) {
            errors.tooLong(path, MOST_ANNOTATION_BYTES);
        }
    }

    private static void owners(JsonNode owners, FieldErrors errors) {
        Path path = METADATA.field("ownerReferences");
        int controllers = 0;
        for (JsonNode owner : owners) {
            String version = owner.path("apiVersion").asText();
            if (version.isEmpty()) {
                errors.invalid(path.field("apiVersion"), version, "version must not be empty");
            }
            for (String field : List.of("kind", "name", "uid")) {
                if (owner.path(field).asText().isEmpty()) {
                    errors.invalid(path.field(field), "", "must not be empty");
                }
            }
            controllers += owner.path("controller").asBoolean() ? 1 : 0;
        }
        if (controllers > 1) {
            errors.invalid(
                    path,
                    owners,
                    "Only one reference can have Controller set to true. Found \"true\" in"
                            + " references");
        }
    }

    private static void finalizers(JsonNode finalizers, FieldErrors errors) {
        Path path = METADATA.field("finalizers");
        for (int i = 0; i < finalizers.size(); i++) {
            String name = finalizers.get(i).asText();
            errors.invalid(path.index(i), name, Words.qualifiedName(name));
        }
    }

    private static JsonNode orEmpty(JsonNode value) {
        return value instanceof MissingNode
                ? com.fasterxml.jackson.databind.node.TextNode.valueOf("")
                : value;
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(each -> texts.add(each.asText()));
        return texts;
    }
}
