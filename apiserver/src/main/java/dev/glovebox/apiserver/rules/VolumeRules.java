package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Rules about volumes and where they are mounted.
final class VolumeRules {
    private static final List<String> HOST_PATHS =
            List.of(
                    "",
                    "BlockDevice",
                    "CharDevice",
                    "Directory",
                    "DirectoryOrCreate",
                    "File",
                    "FileOrCreate",
                    "Socket");

    private VolumeRules() {}

    /// Checks the volumes and returns their names.
    static Set<String> check(JsonNode volumes, Path path, FieldErrors errors) {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < volumes.size(); i++) {
            JsonNode volume = volumes.get(i);
            Path at = path.index(i);
            source(volume, at, errors);
            String name = volume.path("name").asText();
            List<String> wrong = name.isEmpty() ? List.of() : Words.label(name);
            if (name.isEmpty()) {
                errors.required(at.field("name"), "");
            }
            errors.invalid(at.field("name"), name, wrong);
            if (!name.isEmpty() && wrong.isEmpty() && !names.add(name)) {
                errors.duplicate(at.field("name"), name);
            }
        }
        return names;
    }

    private static void source(JsonNode volume, Path path, FieldErrors errors) {
        int count = 0;
        for (Map.Entry<String, JsonNode> field : volume.properties()) {
            if (field.getKey().equals("name")) {
                continue;
            }
            Path at = path.field(field.getKey());
            if (count++ > 0) {
                errors.forbidden(at, "may not specify more than 1 volume type");
            } else {
                source(field.getKey(), field.getValue(), at, errors);
            }
        }
        if (count == 0) {
            errors.required(path, "must specify a volume type");
        }
    }

    private static void source(String type, JsonNode source, Path path, FieldErrors errors) {
        switch (type) {
            case "hostPath" -> {
                String directory = source.path("path").asText();
                if (directory.isEmpty()) {
                    errors.required(path.field("path"), "");
                } else {
                    upward(directory, path.field("path"), errors);
                }
                String kind = source.path("type").asText();
                if (!HOST_PATHS.contains(kind)) {
                    errors.unsupported(path.field("type"), kind, HOST_PATHS);
                }
            }
            case "secret" -> present(source, "secretName", path, errors);
            case "configMap" -> present(source, "name", path, errors);
            case "persistentVolumeClaim" -> present(source, "claimName", path, errors);
            case "emptyDir" -> {
                if (source.path("sizeLimit").asText().startsWith("-")) {
                    errors.forbidden(
                            path.field("sizeLimit"),
                            "SizeLimit field must be a valid resource quantity");
                }
            }
            default -> {}
        }
    }

    private static void present(JsonNode source, String field, Path path, FieldErrors errors) {
        if (source.path(field).asText().isEmpty()) {
            errors.required(path.field(field), "");
        }
    }

    static void mounts(JsonNode mounts, Set<String> volumes, Path path, FieldErrors errors) {
        Set<String> places = new HashSet<>();
        for (int i = 0; i < mounts.size(); i++) {
            JsonNode mount = mounts.get(i);
            Path at = path.index(i);
            String name = mount.path("name").asText();
            if (name.isEmpty()) {
                errors.required(at.field("name"), "");
            } else if (!volumes.contains(name)) {
                errors.notFound(at.field("name"), name);
            }
            String place = mount.path("mountPath").asText();
            if (place.isEmpty()) {
                errors.required(at.field("mountPath"), "");
            }
            if (!places.add(place)) {
                errors.invalid(at.field("mountPath"), place, "must be unique");
            }
            String sub = mount.path("subPath").asText();
            // Kubernetes leaves the index out here.
            descending(sub, path.field("subPath"), errors);
        }
    }

    /// A path below a place that is not named.
    static void descending(String place, Path path, FieldErrors errors) {
        if (place.startsWith("/")) {
            errors.invalid(path, place, "must be a relative path");
        }
        upward(place, path, errors);
    }

    private static void upward(String place, Path path, FieldErrors errors) {
        if (List.of(place.split("/", -1)).contains("..")) {
            errors.invalid(path, place, "must not contain '..'");
        }
    }
}
