package dev.glovebox.apiserver.structural;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.Path;
import java.util.List;
import java.util.Map;

/// What may stand inside of `allOf`, `anyOf`, `oneOf` and `not` of a structural schema: conditions
/// on values whose shape is said outside.
final class NestedRules {
    private static final List<String> JUNCTORS = List.of("allOf", "anyOf", "oneOf");

    /// What says a shape and so must not stand inside, in the order in which it is told.
    private static final Map<String, String> SHAPES =
            Map.of(
                    "type", "must be empty to be structural",
                    "additionalProperties", "must be undefined to be structural",
                    "default", "must be undefined to be structural",
                    "title", "must be empty to be structural",
                    "description", "must be empty to be structural",
                    "x-kubernetes-list-map-keys", "must be empty to be structural",
                    "x-kubernetes-list-type", "must be undefined to be structural",
                    "x-kubernetes-map-type", "must be undefined to be structural",
                    "x-kubernetes-validations", "must be empty to be structural");

    private static final List<String> FLAGS =
            List.of(
                    "nullable",
                    "x-kubernetes-preserve-unknown-fields",
                    "x-kubernetes-embedded-resource",
                    "x-kubernetes-int-or-string");

    private NestedRules() {}

    /// Checks the conditions of a schema.
    ///
    /// @param typedAny whether `anyOf` is the pattern that says int or string
    /// @param typedAll whether the first of `allOf` holds that pattern
    static void values(
            JsonNode schema, boolean typedAny, boolean typedAll, Path path, FieldErrors errors) {
        for (String junctor : JUNCTORS) {
            JsonNode list = schema.path(junctor);
            for (int i = 0; i < list.size(); i++) {
                boolean skip = typedAny && junctor.equals("anyOf");
                boolean first = typedAll && junctor.equals("allOf") && i == 0;
                if (!skip) {
                    nested(list.get(i), first, path.field(junctor).index(i), errors);
                }
            }
        }
        if (schema.path("not").isObject()) {
            nested(schema.path("not"), false, path.field("not"), errors);
        }
        String pattern = schema.path("pattern").asText();
        if (!pattern.isEmpty()) {
            try {
                Regex.compile(pattern);
            } catch (IllegalArgumentException e) {
                errors.invalid(
                        path.field("pattern"),
                        pattern,
                        "must be a valid regular expression, but isn't: " + e.getMessage());
            }
        }
    }

    private static void nested(JsonNode schema, boolean typedAny, Path path, FieldErrors errors) {
        values(schema, typedAny, false, path, errors);
        if (schema.path("items").isObject()) {
            nested(schema.path("items"), false, path.field("items"), errors);
        }
        for (var property : schema.path("properties").properties()) {
            Path place = path.field("properties").key(property.getKey());
            nested(property.getValue(), false, place, errors);
            if (property.getKey().equals("metadata")) {
                errors.forbidden(place, "must not be specified in a nested context");
            }
        }
        SHAPES.forEach((field, words) -> {
            JsonNode value = schema.path(field);
            boolean empty =
                    value.isMissingNode()
                            || (value.isTextual() && value.asText().isEmpty())
                            || (value.isArray() && value.isEmpty());
            if (!empty) {
                errors.forbidden(path.field(field), words);
            }
        });
        for (String flag : FLAGS) {
            if (schema.path(flag).asBoolean()) {
                errors.forbidden(path.field(flag), "must be false to be structural");
            }
        }
    }

    /// Checks that the shape of whatever has conditions is said.
    ///
    /// @param conditions schema whose conditions are looked at
    /// @param shape schema that says the shape of the same value
    static void complete(
            JsonNode conditions, JsonNode shape, Path at, Path from, FieldErrors errors) {
        for (String junctor : JUNCTORS) {
            JsonNode list = conditions.path(junctor);
            for (int i = 0; i < list.size(); i++) {
                completeNested(list.get(i), shape, at, from.field(junctor).index(i), errors);
            }
        }
        if (conditions.path("not").isObject()) {
            completeNested(conditions.path("not"), shape, at, from.field("not"), errors);
        }
    }

    private static void completeNested(
            JsonNode conditions, JsonNode shape, Path at, Path from, FieldErrors errors) {
        if (!shape.isObject()) {
            errors.required(at, "because it is defined in " + from);
            return;
        }
        complete(conditions, shape, at, from, errors);
        if (conditions.path("items").isObject()) {
            completeNested(
                    conditions.path("items"),
                    shape.path("items"),
                    at.field("items"),
                    from.field("items"),
                    errors);
        }
        for (var property : conditions.path("properties").properties()) {
            Path place = at.field("properties").key(property.getKey());
            completeNested(
                    property.getValue(),
                    shape.path("properties").path(property.getKey()),
                    place,
                    from.field("properties").key(property.getKey()),
                    errors);
        }
    }
}
