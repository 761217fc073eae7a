package dev.glovebox.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Takes out of an object of a CustomResourceDefinition what its schema does not know, unless the
/// schema has it kept, and nulls that are no values and have no default. Types are not looked at: a
/// value of the wrong one is told of when the object is validated. One use, one thread. Source:
/// apiextensions' `schema/pruning`, `schema/defaulting` and `schema/objectmeta`.
final class Pruning {
    private final Metadata metadata;
    private final List<String> unknown;
    private final List<String> pruned = new ArrayList<>();

    /// Brings metadata into its shape.
    interface Metadata {
        /// The metadata at a place; unknown fields are noted.
        ///
        /// @throws MalformedException when it has no place in metadata
        ObjectNode decode(Schema schema, JsonNode value, Place at);
    }

    /// @param unknown gets the paths of what is taken out
    Pruning(Metadata metadata, List<String> unknown) {
        this.metadata = metadata;
        this.unknown = unknown;
    }

    ObjectNode object(Schema schema, ObjectNode object) {
        ObjectNode result = whole(schema, object, Place.root());
        Collections.sort(pruned);
        unknown.addAll(pruned);
        return result;
    }

    JsonNode value(Schema schema, JsonNode value, Place at) {
        return switch (value) {
            case ObjectNode object ->
                    schema.embedded() ? whole(schema, object, at) : fields(schema, object, at);
            case ArrayNode list -> list(schema, list, at);
            default -> value;
        };
    }

    /// An object with metadata of its own.
    private ObjectNode whole(Schema schema, ObjectNode object, Place at) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        for (String name : List.of("apiVersion", "kind")) {
            JsonNode text = object.get(name);
            if (text != null && !text.isNull()) {
                result.set(name, text);
            }
        }
        JsonNode given = object.get("metadata");
        if (given != null && !given.isNull()) {
            Schema of = schema.property("metadata").orElseThrow();
            result.set("metadata", metadata.decode(of, given, at.field("metadata")));
        }
        result.setAll(
                fields(
                        schema,
                        object.deepCopy().without(List.of("apiVersion", "kind", "metadata")),
                        at));
        return result;
    }

    private ObjectNode fields(Schema schema, ObjectNode object, Place at) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            Optional<Schema> of = schema.field(field.getKey());
            Place place = at.field(field.getKey());
            if (of.isPresent()) {
                if (!isNoValue(of.get(), field.getValue())) {
                    result.set(field.getKey(), value(of.get(), field.getValue(), place));
                }
            } else if (schema.preserves()) {
                result.set(field.getKey(), field.getValue());
            } else {
                note(place);
            }
        }
        return result;
    }

    private ArrayNode list(Schema schema, ArrayNode list, Place at) {
        ArrayNode result = JsonNodeFactory.instance.arrayNode();
        boolean known = schema.form() == Form.LIST;
        for (JsonNode item : list) {
            Place place = at.index(result.size());
            result.add(
                    known ? value(schema.items(), item, place) : unknownItem(schema, item, place));
        }
        return result;
    }

    /// An item of a list where the schema has none.
    private JsonNode unknownItem(Schema schema, JsonNode item, Place at) {
        if (schema.preserves() || !(item instanceof ObjectNode object)) {
            return item;
        }
        object.fieldNames().forEachRemaining(name -> note(at.field(name)));
        return JsonNodeFactory.instance.objectNode();
    }

    private static boolean isNoValue(Schema schema, JsonNode value) {
        return value.isNull()
                && schema.structural()
                && !schema.nullable()
                && !schema.source().has("default");
    }

    private void note(Place place) {
        if (pruned.size() < Decoder.MOST_UNKNOWN) {
            pruned.add(place.text());
        }
    }
}
