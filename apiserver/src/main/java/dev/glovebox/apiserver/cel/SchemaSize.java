package dev.glovebox.apiserver.cel;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.apiserver.structural.Amount;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// How large values under a schema can be, and those below them: what the schema says, or else what
/// fits into a request. Source: apiserver's `cel/common.SchemaDeclType`.
///
/// @param most characters, items or entries; 0 for what has none, such as numbers and objects with
///   fields
/// @param leastBytes of a value as JSON
/// @param fields of objects, by the names that expressions have for them
/// @param element of lists and maps; empty for others
/// @param keyed whether this is a map
record SchemaSize(
        long most,
        long leastBytes,
        Map<String, SchemaSize> fields,
        Optional<SchemaSize> element,
        boolean keyed) {
    private static final long REQUEST_BYTES = 3L << 20;
    private static final long LONGEST_TIME = 32;
    private static final long DATE_BYTES = 12;
    private static final SchemaSize KEY = scalar(0, 2);

    SchemaSize {
        fields = Map.copyOf(fields);
    }

    /// @param whole whether values are whole objects, which have a kind and metadata
    /// @throws IllegalArgumentException when values of the schema have no type
    static SchemaSize of(JsonNode schema, boolean whole) {
        return some(schema, whole)
                .orElseThrow(() -> new IllegalArgumentException("a schema without a type"));
    }

    /// As many values of the schema as fit into a request.
    Amount mostInRequest() {
        return Amount.of(REQUEST_BYTES / (leastBytes + 1));
    }

    /// What stands below: a field, or `@items`, `@keys` or `@values`. Empty for what is not there.
    Optional<SchemaSize> below(String name) {
        return switch (name) {
            case "@items", "@values" -> element;
            case "@keys" -> keyed ? Optional.of(KEY) : Optional.empty();
            default -> Optional.ofNullable(fields.get(name));
        };
    }

    private static SchemaSize scalar(long most, long leastBytes) {
        return new SchemaSize(most, leastBytes, Map.of(), Optional.empty(), false);
    }

    private static Optional<SchemaSize> some(JsonNode schema, boolean whole) {
        if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
            return Optional.of(scalar(characters(schema, REQUEST_BYTES - 2), 1));
        }
        return switch (schema.path("type").asText()) {
            case "array" -> element(schema.path("items")).map(item -> list(schema, item));
            case "object" -> object(whole ? SchemaTypes.withObjectFields(schema) : schema);
            case "string" -> Optional.of(text(schema));
            case "boolean" -> Optional.of(scalar(0, 4));
            case "number", "integer" -> Optional.of(scalar(0, 1));
            default -> Optional.empty();
        };
    }

    private static Optional<SchemaSize> element(JsonNode schema) {
        return some(schema, schema.path("x-kubernetes-embedded-resource").asBoolean());
    }

    private static SchemaSize list(JsonNode schema, SchemaSize item) {
        long fitting = (REQUEST_BYTES - 2) / (item.leastBytes + 1);
        long most = bound(schema, "maxItems", fitting);
        return new SchemaSize(most, 2, Map.of(), Optional.of(item), false);
    }

    private static SchemaSize map(JsonNode schema, SchemaSize value) {
        // A key of two quotes, a colon, a comma, and at least two more.
        long fitting = (REQUEST_BYTES - 2) / (value.leastBytes + 6);
        long most = bound(schema, "maxProperties", fitting);
        return new SchemaSize(most, 2, Map.of(), Optional.of(value), true);
    }

    private static Optional<SchemaSize> object(JsonNode schema) {
        JsonNode additional = schema.path("additionalProperties");
        if (additional.isObject()) {
            return element(additional).map(value -> map(schema, value));
        }
        Set<String> required = new HashSet<>();
        schema.path("required").forEach(name -> required.add(name.asText()));
        Map<String, SchemaSize> fields = new HashMap<>();
        long leastBytes = 2;
        for (var property : schema.path("properties").properties()) {
            Optional<SchemaSize> field = element(property.getValue());
            if (field.isEmpty()) {
                continue;
            }
            Escapes.escape(property.getKey()).ifPresent(name -> fields.put(name, field.get()));
            if (required.contains(property.getKey()) && !property.getValue().has("default")) {
                leastBytes += bytes(property.getKey()) + field.get().leastBytes + 4;
            }
        }
        return Optional.of(new SchemaSize(0, leastBytes, fields, Optional.empty(), false));
    }

    private static SchemaSize text(JsonNode schema) {
        return switch (schema.path("format").asText()) {
            case "byte" -> scalar(bound(schema, "maxLength", REQUEST_BYTES - 2), 2);
            case "duration" -> scalar(LONGEST_TIME, 3);
            case "date" -> scalar(DATE_BYTES, DATE_BYTES);
            case "date-time" -> scalar(LONGEST_TIME, 21);
            default -> scalar(characters(schema, otherwise(schema)), 2);
        };
    }

    private static long otherwise(JsonNode schema) {
        JsonNode values = schema.path("enum");
        long longest = 0;
        for (JsonNode value : values) {
            longest = Math.max(longest, value.isTextual() ? bytes(value.asText()) : 0);
        }
        return values.isEmpty() ? REQUEST_BYTES - 2 : longest;
    }

    /// A character takes up to four bytes, which is what is counted.
    private static long characters(JsonNode schema, long otherwise) {
        return schema.has("maxLength") ? 4 * bound(schema, "maxLength", 0) : otherwise;
    }

    private static long bound(JsonNode schema, String field, long otherwise) {
        return schema.has(field) ? Math.max(0, schema.path(field).asLong()) : otherwise;
    }

    private static long bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
