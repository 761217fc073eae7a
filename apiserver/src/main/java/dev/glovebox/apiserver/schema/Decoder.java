package dev.glovebox.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Brings a JSON tree into the shape of a schema, as decoding into Kubernetes' own types would:
/// unknown fields are dropped and noted, nulls vanish, quantities and times become canonical, and a
/// value of the wrong type ends it. One use, one thread.
public final class Decoder {
    private final List<String> unknown = new ArrayList<>();

    /// Paths of the fields that the schema does not know, in the order of the document.
    public List<String> unknown() {
        return List.copyOf(unknown);
    }

    /// The tree as the schema has it; the input is left alone.
    ///
    /// @throws MalformedException when a value has the wrong type
    public ObjectNode decode(Schema schema, ObjectNode object) {
        return struct(schema, object, "");
    }

    private @Nullable JsonNode value(Schema schema, JsonNode value, String path) {
        if (value.isNull()) {
            return null;
        }
        return switch (schema.form()) {
            case STRUCT -> struct(schema, expect(value.isObject(), value, path, "object"), path);
            case MAP -> map(schema, expect(value.isObject(), value, path, "object"), path);
            case LIST -> list(schema, expect(value.isArray(), value, path, "array"), path);
            case STRING -> expect(value.isTextual(), value, path, "string");
            case INTEGER -> Scalars.integer(schema, value, path);
            case NUMBER -> expect(value.isNumber(), value, path, "number");
            case BOOLEAN -> expect(value.isBoolean(), value, path, "bool");
            case QUANTITY -> Scalars.quantity(value, path);
            case TIME -> Scalars.time(value, path);
            case MICRO_TIME -> Scalars.microTime(value, path);
            case INT_OR_STRING ->
                    expect(value.isTextual() || value.isIntegralNumber(), value, path, "int32");
            case ANY -> value;
        };
    }

    private ObjectNode struct(Schema schema, JsonNode object, String path) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            String at = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
            Optional<Schema> property = schema.property(field.getKey());
            if (property.isEmpty()) {
                unknown.add(at);
                continue;
            }
            JsonNode decoded = value(property.get(), field.getValue(), at);
            if (decoded != null) {
                result.set(field.getKey(), decoded);
            }
        }
        return result;
    }

    private ObjectNode map(Schema schema, JsonNode object, String path) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            String at = path + "." + field.getKey();
            JsonNode decoded = value(schema.items(), field.getValue(), at);
            result.set(field.getKey(), decoded == null ? Scalars.zero(schema.items()) : decoded);
        }
        return result;
    }

    private ArrayNode list(Schema schema, JsonNode array, String path) {
        ArrayNode result = JsonNodeFactory.instance.arrayNode();
        for (JsonNode item : array) {
            JsonNode decoded = value(schema.items(), item, path + "[" + result.size() + "]");
            result.add(decoded == null ? Scalars.zero(schema.items()) : decoded);
        }
        return result;
    }

    static JsonNode expect(boolean holds, JsonNode value, String path, String type) {
        if (!holds) {
            throw new MalformedException(
                    "json: cannot unmarshal %s into field %s of type %s"
                            .formatted(Scalars.typeOf(value), path, type));
        }
        return value;
    }
}
