package dev.glovebox.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/// Fills in what a schema says of absent fields, and what Kubernetes writes even when it is empty.
public final class Defaults {
    private Defaults() {}

    /// Fills in the whole tree.
    public static void apply(Schema schema, JsonNode value) {
        if (schema.structural()) {
            defined(schema, value);
            return;
        }
        switch (schema.form()) {
            case STRUCT -> {
                if (value instanceof ObjectNode object) {
                    struct(schema, object);
                }
            }
            case MAP, LIST -> value.forEach(item -> apply(schema.items(), item));
            default -> {}
        }
    }

    /// Objects of a definition: defaults may be whole trees, and a null that is no value counts as
    /// absent. Source: apiextensions' `schema/defaulting`.
    private static void defined(Schema schema, JsonNode value) {
        if (value instanceof ObjectNode object) {
            schema.defaults()
                    .forEach((field, standard) -> {
                        if (!object.has(field)) {
                            object.set(field, standard.deepCopy());
                        }
                    });
            for (Map.Entry<String, JsonNode> field : object.properties()) {
                schema.field(field.getKey()).ifPresent(of -> filled(of, field));
            }
        } else if (value instanceof ArrayNode list) {
            for (int i = 0; i < list.size(); i++) {
                Schema items = schema.items();
                JsonNode standard = items.source().get("default");
                if (list.get(i).isNull() && !items.nullable() && standard != null) {
                    list.set(i, standard.deepCopy());
                }
                apply(items, list.get(i));
            }
        }
    }

    /// What Kubernetes has of an object about which nothing was said: what its types always hold,
    /// and nothing for a kind that is none of its types. New each time.
    public static ObjectNode blank(Schema schema) {
        ObjectNode blank = JsonNodeFactory.instance.objectNode();
        if (Always.knows(schema.name())) {
            fillBlank(schema, blank);
        }
        return blank;
    }

    private static void fillBlank(Schema schema, ObjectNode blank) {
        schema.defaults()
                .forEach((field, value) -> {
                    if (Scalars.isZero(value)) {
                        blank.set(field, value);
                    }
                });
        Always.fill(schema.name(), blank);
        for (Map.Entry<String, JsonNode> field : blank.properties()) {
            if (field.getValue() instanceof ObjectNode object) {
                schema.property(field.getKey())
                        .filter(property -> property.form() == Form.STRUCT)
                        .ifPresent(property -> fillBlank(property, object));
            }
        }
    }

    private static void filled(Schema schema, Map.Entry<String, JsonNode> field) {
        JsonNode standard = schema.source().get("default");
        if (field.getValue().isNull()
                && schema.structural()
                && !schema.nullable()
                && standard != null) {
            field.setValue(standard.deepCopy());
        }
        apply(schema, field.getValue());
    }

    private static void struct(Schema schema, ObjectNode object) {
        schema.defaults()
                .forEach((field, value) -> {
                    if (!object.has(field)) {
                        object.set(field, value);
                    }
                });
        Always.fill(schema.name(), object);
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            schema.property(field.getKey())
                    .ifPresent(property -> apply(property, field.getValue()));
        }
    }
}
