package dev.glovebox.apiserver.cel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.cel.common.values.CelByteString;
import dev.cel.common.values.NullValue;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// JSON under a schema as values that expressions work on. Source: apiserver's
/// `cel/common.UnstructuredToVal`.
final class Values {
    private Values() {}

    /// @param whole whether it is a whole object, of which expressions see kind and metadata
    static Object of(JsonNode schema, JsonNode value, boolean whole) {
        if (value.isNull() || value.isMissingNode()) {
            return NullValue.NULL_VALUE;
        }
        boolean embedded = schema.path("x-kubernetes-embedded-resource").asBoolean();
        return switch (value.getNodeType()) {
            case OBJECT ->
                    object(
                            whole || embedded ? SchemaTypes.withObjectFields(schema) : schema,
                            value);
            case ARRAY -> list(schema, value);
            case STRING -> text(schema, value.textValue());
            case BOOLEAN -> value.booleanValue();
            case NUMBER -> number(schema, value);
            default -> NullValue.NULL_VALUE;
        };
    }

    /// A value of which no schema is known.
    static Object untyped(JsonNode value) {
        return of(MissingNode.getInstance(), value, false);
    }

    private static Object number(JsonNode schema, JsonNode value) {
        boolean whole = value.isIntegralNumber() && value.canConvertToLong();
        return schema.path("type").asText().equals("number") || !whole
                ? (Object) value.doubleValue()
                : (Object) value.longValue();
    }

    private static Object object(JsonNode schema, JsonNode value) {
        JsonNode additional = schema.path("additionalProperties");
        Map<String, Object> fields = new LinkedHashMap<>();
        if (additional.isObject() || !schema.path("type").asText().equals("object")) {
            for (var field : value.properties()) {
                fields.put(field.getKey(), of(additional, field.getValue(), false));
            }
            return new MapValue(fields);
        }
        for (var field : value.properties()) {
            JsonNode property = schema.path("properties").path(field.getKey());
            Escapes.escape(field.getKey())
                    .ifPresent(name -> fields.put(name, of(property, field.getValue(), false)));
        }
        return new StructObject(fields);
    }

    private static ListValue list(JsonNode schema, JsonNode value) {
        List<Object> items = new ArrayList<>();
        value.forEach(item -> items.add(of(schema.path("items"), item, false)));
        return ListValue.of(items, schema);
    }

    /// Text of a format; one that is none stays text, and what is asked of it is an error.
    private static Object text(JsonNode schema, String text) {
        if (!schema.path("type").asText().equals("string")) {
            return text;
        }
        try {
            return switch (schema.path("format").asText()) {
                case "byte" -> CelByteString.of(Base64.getDecoder().decode(text));
                case "duration" -> duration(text);
                case "date" -> LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC);
                case "date-time" -> instant(text);
                default -> text;
            };
        } catch (DateTimeParseException | IllegalArgumentException e) {
            return text;
        }
    }

    private static Instant instant(String text) {
        return OffsetDateTime.parse(text.toUpperCase(java.util.Locale.ROOT).replace(' ', 'T'))
                .toInstant();
    }

    private static Duration duration(String text) {
        return dev.cel.runtime.RuntimeHelpers.createJavaDurationFromString(text);
    }
}
