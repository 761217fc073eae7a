package dev.glovebox.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;

/// What Kubernetes writes of an object although nobody set it: its Go types hold some structs,
/// times and lists by value, and those are always encoded. A fact about its types that no schema
/// tells, made by `src/messages`.
final class Always {
    private static final Map<String, Map<String, JsonNode>> FIELDS = read();

    private Always() {}

    /// Sets what is absent.
    ///
    /// @param name of the struct's schema
    static void fill(String name, ObjectNode object) {
        FIELDS.getOrDefault(name, Map.of())
                .forEach((field, value) -> {
                    if (!object.has(field)) {
                        object.set(field, value.deepCopy());
                    }
                });
    }

    /// Whether a schema is of one of Kubernetes' types.
    static boolean knows(String name) {
        return FIELDS.containsKey(name);
    }

    private static Map<String, Map<String, JsonNode>> read() {
        try (InputStream in = Always.class.getResourceAsStream("always.json")) {
            if (in == null) {
                throw new IllegalStateException("always.json is not on the class path");
            }
            Map<String, Map<String, JsonNode>> fields = new HashMap<>();
            new ObjectMapper()
                    .readTree(in)
                    .properties()
                    .forEach(type -> fields.put(type.getKey(), fields(type.getValue())));
            return Map.copyOf(fields);
        } catch (IOException e) {
            throw new UncheckedIOException("always.json", e);
        }
    }

    private static Map<String, JsonNode> fields(JsonNode type) {
        Map<String, JsonNode> fields = new HashMap<>();
        type.properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
        return Map.copyOf(fields);
    }
}
