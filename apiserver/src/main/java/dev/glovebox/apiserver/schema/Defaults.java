package dev.glovebox.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/// Fills in what a schema says of absent fields, and what Kubernetes writes even when it is empty.
public final class Defaults {
    private Defaults() {}

    /// Fills in the whole tree.
    public static void apply(Schema schema, JsonNode value) {
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
