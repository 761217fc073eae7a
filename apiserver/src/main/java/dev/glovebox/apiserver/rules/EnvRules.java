package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Rules about environment variables and where their values come from.
final class EnvRules {
    private static final Set<String> FIELDS =
            Set.of(
                    "metadata.name",
                    "metadata.namespace",
                    "metadata.uid",
                    "spec.nodeName",
                    "spec.serviceAccountName",
                    "status.hostIP",
                    "status.hostIPs",
                    "status.podIP",
                    "status.podIPs");

    private EnvRules() {}

    static void check(JsonNode variables, Path path, FieldErrors errors) {
        for (int i = 0; i < variables.size(); i++) {
            JsonNode variable = variables.get(i);
            String name = variable.path("name").asText();
            if (name.isEmpty()) {
                errors.required(path.index(i).field("name"), "");
            } else {
                errors.invalid(path.index(i).field("name"), name, Words.environmentName(name));
            }
            if (variable.has("valueFrom")) {
                source(variable, path.index(i).field("valueFrom"), errors);
            }
        }
    }

    static void checkFrom(JsonNode sources, Path path, FieldErrors errors) {
        for (int i = 0; i < sources.size(); i++) {
            JsonNode source = sources.get(i);
            Path at = path.index(i);
            String prefix = source.path("prefix").asText();
            if (!prefix.isEmpty()) {
                errors.invalid(at.field("prefix"), prefix, Words.environmentName(prefix));
            }
            int count = 0;
            for (String kind : List.of("configMapRef", "secretRef")) {
                if (source.has(kind)) {
                    count++;
                    name(source.path(kind), at.field(kind), errors);
                }
            }
            if (count == 0) {
                errors.invalid(at, "", "must specify one of: `configMapRef` or `secretRef`");
            } else if (count > 1) {
                errors.invalid(at, "", "may not have more than one field specified at a time");
            }
        }
    }

    private static void source(JsonNode variable, Path path, FieldErrors errors) {
        JsonNode source = variable.path("valueFrom");
        if (source.isEmpty()) {
            errors.invalid(
                    path,
                    "",
                    "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or"
                            + " `secretKeyRef`");
            return;
        }
        for (Map.Entry<String, JsonNode> field : source.properties()) {
            Path at = path.field(field.getKey());
            switch (field.getKey()) {
                case "fieldRef" -> fieldRef(field.getValue(), at, errors);
                case "resourceFieldRef" -> {
                    if (field.getValue().path("resource").asText().isEmpty()) {
                        errors.required(at.field("resource"), "");
                    }
                }
                case "configMapKeyRef", "secretKeyRef" -> {
                    name(field.getValue(), at, errors);
                    if (field.getValue().path("key").asText().isEmpty()) {
                        errors.required(at.field("key"), "");
                    }
                }
                default -> {}
            }
        }
        if (!variable.path("value").asText().isEmpty()) {
            errors.invalid(path, "", "may not be specified when `value` is not empty");
        } else if (source.size() > 1) {
            errors.invalid(path, "", "may not have more than one field specified at a time");
        }
    }

    private static void name(JsonNode reference, Path path, FieldErrors errors) {
        if (reference.path("name").asText().isEmpty()) {
            errors.required(path.field("name"), "");
        }
    }

    private static void fieldRef(JsonNode reference, Path path, FieldErrors errors) {
        String field = reference.path("fieldPath").asText();
        Path at = path.field("fieldPath");
        if (field.isEmpty()) {
            errors.required(at, "");
        } else if (!FIELDS.contains(field) && !subscript(field)) {
            errors.invalid(
                    at, field, "error converting fieldPath: field label not supported: " + field);
        }
    }

    private static boolean subscript(String field) {
        boolean map =
                field.startsWith("metadata.labels['") || field.startsWith("metadata.annotations['");
        return map && field.endsWith("']");
    }
}
