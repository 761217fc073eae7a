package dev.glovebox.apiserver.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.zip.GZIPInputStream;

/// What Kubernetes' API documentation says about schemas and their fields. The texts are large and
/// serve the documents alone, so whoever makes one reads them and lets them go.
final class Descriptions {
    private final JsonNode texts;

    private Descriptions(JsonNode texts) {
        this.texts = texts;
    }

    static Descriptions read() {
        try (InputStream in = Descriptions.class.getResourceAsStream("descriptions.json.gz")) {
            if (in == null) {
                throw new IllegalStateException("descriptions.json.gz is not on the class path");
            }
            return new Descriptions(new ObjectMapper().readTree(new GZIPInputStream(in)));
        } catch (IOException e) {
            throw new UncheckedIOException("descriptions.json.gz", e);
        }
    }

    /// A copy of the schema with what is said about it and about its fields; a description that it
    /// has of its own stays.
    ///
    /// @param name of the schema; a copy without additions where nothing is said about it
    ObjectNode described(String name, JsonNode schema) {
        ObjectNode copy = schema.deepCopy();
        JsonNode said = texts.path(name);
        add(copy, said.path("text"));
        for (var property : copy.path("properties").properties()) {
            if (property.getValue() instanceof ObjectNode field) {
                add(field, said.path("fields").path(property.getKey()));
            }
        }
        return copy;
    }

    private static void add(ObjectNode schema, JsonNode text) {
        if (!text.asText().isEmpty() && !schema.has("description")) {
            schema.set("description", text);
        }
    }
}
