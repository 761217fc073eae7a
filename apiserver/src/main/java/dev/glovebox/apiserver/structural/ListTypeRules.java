package dev.glovebox.apiserver.structural;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What a schema may say of how lists and maps are merged.
final class ListTypeRules {
    private static final String LIST = "x-kubernetes-list-type";
    private static final String KEYS = "x-kubernetes-list-map-keys";
    private static final String MAP = "x-kubernetes-map-type";

    private final FieldErrors errors;

    ListTypeRules(FieldErrors errors) {
        this.errors = errors;
    }

    void check(JsonNode schema, Path path) {
        typed(schema, MAP, "object", List.of("atomic", "granular"), path);
        typed(schema, LIST, "array", List.of("atomic", "set", "map"), path);
        String type = schema.path(LIST).asText();
        if (schema.path("type").asText().equals("array") && type.equals("set")) {
            atomicItems(schema.path("items"), path.field("items"));
        }
        if (!schema.path(KEYS).isEmpty() && !type.equals("map")) {
            String words = "must be map if x-kubernetes-list-map-keys is non-empty";
            if (schema.has(LIST)) {
                errors.invalid(path.field(LIST), type, words);
            } else {
                errors.required(path.field(LIST), words);
            }
        }
        if (type.equals("map")) {
            map(schema, path);
        }
        if (type.equals("map") || type.equals("set")) {
            notNullable(schema, type, path);
        }
    }

    private void typed(
            JsonNode schema, String field, String wanted, List<String> allowed, Path path) {
        if (!schema.has(field)) {
            return;
        }
        String type = schema.path("type").asText();
        if (!type.equals(wanted)) {
            String words = "must be %s if %s is specified".formatted(wanted, field);
            if (type.isEmpty()) {
                errors.required(path.field("type"), words);
            } else {
                errors.invalid(path.field("type"), type, words);
            }
        }
        if (!allowed.contains(schema.path(field).asText())) {
            errors.unsupported(path.field(field), schema.path(field).asText(), allowed);
        }
    }

    private void atomicItems(JsonNode items, Path path) {
        String words = "must be atomic as item of a list with x-kubernetes-list-type=set";
        switch (items.path("type").asText()) {
            case "array" -> {
                if (!items.path(LIST).asText("atomic").equals("atomic")) {
                    errors.invalid(path.field(LIST), items.path(LIST), words);
                }
            }
            case "object" -> {
                if (!items.path(MAP).asText().equals("atomic")) {
                    errors.invalid(path.field(MAP), items.path(LIST), words);
                }
            }
            default -> {}
        }
    }

    private void map(JsonNode schema, Path path) {
        JsonNode keys = schema.path(KEYS);
        JsonNode items = schema.path("items");
        if (keys.isEmpty()) {
            errors.required(path.field(KEYS), "must not be empty if x-kubernetes-list-type is map");
        }
        if (items.isMissingNode()) {
            errors.required(
                    path.field("items"), "must have a schema if x-kubernetes-list-type is map");
            return;
        }
        String type = items.path("type").asText();
        if (!type.equals("object")) {
            errors.invalid(
                    path.field("items").field("type"),
                    type,
                    "must be object if parent array's x-kubernetes-list-type is map");
            return;
        }
        Set<String> seen = new HashSet<>();
        for (JsonNode key : keys) {
            JsonNode property = items.path("properties").path(key.asText());
            if (property.isMissingNode()) {
                errors.invalid(
                        path.field(KEYS), keys, "entries must all be names of item properties");
            } else if (Set.of("array", "object").contains(property.path("type").asText())) {
                errors.invalid(
                        property(path, key).field("type"),
                        type,
                        "must be a scalar type if parent array's x-kubernetes-list-type is map");
            }
            if (!seen.add(key.asText())) {
                errors.invalid(path.field(KEYS), keys, "must not contain duplicate entries");
            }
        }
    }

    private static Path property(Path path, JsonNode key) {
        return path.field("items").field("properties").key(key.asText());
    }

    private void notNullable(JsonNode schema, String type, Path path) {
        JsonNode items = schema.path("items");
        if (items.path("nullable").asBoolean()) {
            errors.forbidden(
                    path.field("items").field("nullable"),
                    "cannot be nullable when x-kubernetes-list-type is " + type);
        }
        if (!type.equals("map")) {
            return;
        }
        Set<String> required = new HashSet<>();
        items.path("required").forEach(each -> required.add(each.asText()));
        for (JsonNode key : schema.path(KEYS)) {
            JsonNode property = items.path("properties").path(key.asText());
            if (property.isMissingNode()) {
                continue;
            }
            if (!required.contains(key.asText()) && !property.has("default")) {
                errors.required(
                        property(path, key).field("default"),
                        "this property is in x-kubernetes-list-map-keys, so it must have a default"
                                + " or be a required property");
            }
            if (property.path("nullable").asBoolean()) {
                errors.forbidden(
                        property(path, key).field("nullable"),
                        "this property is in x-kubernetes-list-map-keys, so it cannot be"
                                + " nullable");
            }
        }
    }
}
