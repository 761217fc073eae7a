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
    /// Most unknown fields that are told of, as in Kubernetes.
    static final int MOST_UNKNOWN = 100;

    private final List<String> unknown = new ArrayList<>();

    /// Paths of the fields that the schema does not know, in the order of the document; a hundred
    /// at most.
    public List<String> unknown() {
        return List.copyOf(unknown);
    }

    /// The tree as the schema has it; the input is left alone.
    ///
    /// @throws MalformedException when a value has the wrong type
    public ObjectNode decode(Schema schema, ObjectNode object) {
        if (schema.structural()) {
            return new Pruning(this::metadata, unknown).object(schema, object);
        }
        return struct(schema, object, Place.root(schema));
    }

    /// A value inside of an object of a CustomResourceDefinition without what the schema does not
    /// know.
    ///
    /// @throws MalformedException when metadata in it has no place
    public JsonNode pruned(Schema schema, JsonNode value) {
        return new Pruning(this::metadata, unknown).value(schema, value, Place.root());
    }

    /// Metadata inside of something, which is of a type wherever it is.
    private ObjectNode metadata(Schema schema, JsonNode value, Place at) {
        Place place = at.as("ObjectMeta");
        return struct(schema, expect(value.isObject(), value, place, "ObjectMeta"), place);
    }

    private @Nullable JsonNode value(Schema schema, JsonNode value, Place at) {
        if (value.isNull()) {
            return null;
        }
        return switch (schema.form()) {
            case STRUCT -> struct(schema, expect(value.isObject(), value, at, "object"), at);
            case MAP -> map(schema, expect(value.isObject(), value, at, "object"), at);
            case LIST -> list(schema, expect(value.isArray(), value, at, "array"), at);
            case BYTES -> Scalars.bytes(value, at);
            case STRING -> expect(value.isTextual(), value, at, "string");
            case INTEGER -> Scalars.integer(schema, value, at);
            case NUMBER -> expect(value.isNumber(), value, at, "number");
            case BOOLEAN -> expect(value.isBoolean(), value, at, "bool");
            case QUANTITY -> Scalars.quantity(value, at);
            case TIME -> Scalars.time(value, at);
            case MICRO_TIME -> Scalars.microTime(value, at);
            case INT_OR_STRING ->
                    expect(value.isTextual() || value.isIntegralNumber(), value, at, "int32");
            case ANY ->
                    value.isObject() && schema.whenObject().isPresent()
                            ? struct(schema.whenObject().get(), value, at)
                            : value;
        };
    }

    private ObjectNode struct(Schema schema, JsonNode object, Place at) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            Place place = at.field(field.getKey());
            Optional<Schema> property = schema.property(field.getKey());
            if (property.isEmpty()) {
                if (unknown.size() < MOST_UNKNOWN) {
                    unknown.add(place.text());
                }
                continue;
            }
            JsonNode decoded = value(property.get(), field.getValue(), place);
            // Go leaves out empty lists and maps; an empty struct means something.
            boolean empty =
                    decoded != null
                            && decoded.isEmpty()
                            && (property.get().form() == Form.MAP
                                    || property.get().form() == Form.LIST);
            if (decoded != null && !empty) {
                result.set(field.getKey(), decoded);
            }
        }
        return result;
    }

    private ObjectNode map(Schema schema, JsonNode object, Place at) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            JsonNode decoded = value(schema.items(), field.getValue(), at.key(field.getKey()));
            result.set(field.getKey(), decoded == null ? Scalars.zero(schema.items()) : decoded);
        }
        return result;
    }

    private ArrayNode list(Schema schema, JsonNode array, Place at) {
        ArrayNode result = JsonNodeFactory.instance.arrayNode();
        for (JsonNode item : array) {
            JsonNode decoded = value(schema.items(), item, at.index(result.size()));
            result.add(decoded == null ? Scalars.zero(schema.items()) : decoded);
        }
        return result;
    }

    static JsonNode expect(boolean holds, JsonNode value, Place at, String type) {
        if (!holds) {
            throw new MalformedException(
                    "json: cannot unmarshal %s into Go struct field %s of type %s"
                            .formatted(Scalars.typeOf(value), at.field(), type));
        }
        return value;
    }
}
