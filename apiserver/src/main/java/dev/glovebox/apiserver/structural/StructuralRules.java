package dev.glovebox.apiserver.structural;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.Path;
import java.util.List;
import java.util.Set;

/// What makes a schema structural: that the shape of every value is said once, outside of `allOf`,
/// `anyOf`, `oneOf` and `not`, which only narrow it. Source: apiextensions' `schema/validation.go`.
final class StructuralRules {
    private static final Set<String> NAMES = Set.of("name", "generateName");

    /// Where a schema stands.
    private enum Level {
        ROOT("must not be empty at the root"),
        ITEM("must not be empty for specified array items"),
        FIELD("must not be empty for specified object fields");

        private final String untyped;

        Level(String untyped) {
            this.untyped = untyped;
        }
    }

    private final FieldErrors errors;

    private StructuralRules(FieldErrors errors) {
        this.errors = errors;
    }

    static void check(JsonNode schema, Path path, FieldErrors errors) {
        StructuralRules rules = new StructuralRules(errors);
        rules.invariants(schema, Level.ROOT, path);
        NestedRules.complete(schema, schema, path, path, errors);
    }

    private void invariants(JsonNode schema, Level level, Path path) {
        String type = schema.path("type").asText();
        JsonNode items = schema.path("items");
        if (type.equals("array") && !items.isObject()) {
            errors.required(path.field("items"), "must be specified");
        }
        if (items.isObject()) {
            invariants(items, Level.ITEM, path.field("items"));
        }
        for (var property : schema.path("properties").properties()) {
            invariants(
                    property.getValue(),
                    Level.FIELD,
                    path.field("properties").key(property.getKey()));
        }
        JsonNode additional = schema.path("additionalProperties");
        if (level == Level.ROOT && !additional.isMissingNode()) {
            errors.forbidden(path.field("additionalProperties"), "must not be used at the root");
        }
        if (additional.isObject()) {
            invariants(additional, Level.FIELD, path.field("additionalProperties"));
        }
        extensions(schema, path);
        NestedRules.values(
                schema,
                isIntOrString(schema.path("anyOf")),
                startsIntOrString(schema),
                path,
                errors);
        type(schema, type, level, path);
        objectFields(schema, level, path);
    }

    private void extensions(JsonNode schema, Path path) {
        if (!schema.path("x-kubernetes-int-or-string").asBoolean()) {
            return;
        }
        for (String field :
                List.of("x-kubernetes-preserve-unknown-fields", "x-kubernetes-embedded-resource")) {
            if (schema.path(field).asBoolean()) {
                errors.invalid(
                        path.field(field),
                        schema.path(field),
                        "must be false if x-kubernetes-int-or-string is true");
            }
        }
    }

    private void type(JsonNode schema, String type, Level level, Path path) {
        boolean embedded = schema.path("x-kubernetes-embedded-resource").asBoolean();
        if (embedded && !type.equals("object")) {
            String words = "must be object if x-kubernetes-embedded-resource is true";
            if (type.isEmpty()) {
                errors.required(path.field("type"), words);
            } else {
                errors.invalid(path.field("type"), type, words);
            }
        } else if (type.isEmpty()
                && !schema.path("x-kubernetes-int-or-string").asBoolean()
                && !schema.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
            errors.required(path.field("type"), level.untyped);
        }
        if (embedded && !schema.path("additionalProperties").isMissingNode()) {
            errors.forbidden(
                    path.field("additionalProperties"),
                    "must not be used if x-kubernetes-embedded-resource is set");
        }
        if (level == Level.ROOT && !type.isEmpty() && !type.equals("object")) {
            errors.invalid(path.field("type"), type, "must be object at the root");
        }
        if (embedded
                && !schema.path("x-kubernetes-preserve-unknown-fields").asBoolean()
                && schema.path("properties").isEmpty()) {
            errors.required(
                    path.field("properties"),
                    "must not be empty if x-kubernetes-embedded-resource is true without"
                            + " x-kubernetes-preserve-unknown-fields");
        }
    }

    /// What every object has is not for a schema to say.
    private void objectFields(JsonNode schema, Level level, Path path) {
        JsonNode properties = schema.path("properties");
        boolean whole =
                level == Level.ROOT || schema.path("x-kubernetes-embedded-resource").asBoolean();
        for (String name : List.of("kind", "apiVersion")) {
            String type = properties.path(name).path("type").asText();
            if (whole && properties.has(name) && !type.equals("string")) {
                errors.invalid(
                        path.field("properties").key(name).field("type"), type, "must be string");
            }
        }
        if (!properties.has("metadata")) {
            return;
        }
        JsonNode metadata = properties.path("metadata");
        Path place = path.field("properties").key("metadata");
        String type = metadata.path("type").asText();
        if (whole && !type.equals("object")) {
            errors.invalid(place.field("type"), type, "must be object");
        }
        if (level == Level.ROOT && saysMore(metadata)) {
            errors.forbidden(
                    place,
                    "must not specify anything other than name and generateName, but metadata is"
                            + " implicitly specified");
        }
    }

    private static boolean saysMore(JsonNode metadata) {
        for (var field : metadata.properties()) {
            boolean allowed =
                    switch (field.getKey()) {
                        case "type", "default" -> true;
                        case "properties" ->
                                field.getValue().properties().stream()
                                        .allMatch(each -> NAMES.contains(each.getKey()));
                        default ->
                                field.getValue().asText().isEmpty() && field.getValue().isEmpty();
                    };
            if (!allowed) {
                return true;
            }
        }
        return false;
    }

    private static boolean isIntOrString(JsonNode anyOf) {
        return anyOf.size() == 2
                && isType(anyOf.path(0), "integer")
                && isType(anyOf.path(1), "string");
    }

    private static boolean startsIntOrString(JsonNode schema) {
        return isIntOrString(schema.path("allOf").path(0).path("anyOf"));
    }

    private static boolean isType(JsonNode schema, String type) {
        return schema.size() == 1 && schema.path("type").asText().equals(type);
    }
}
