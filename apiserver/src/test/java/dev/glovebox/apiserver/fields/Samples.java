package dev.glovebox.apiserver.fields;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.schema.JsonReader;
import dev.glovebox.apiserver.schema.Schema;
import dev.glovebox.apiserver.schema.Schemas;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/// Objects and what they are written to, for the tests of this package.
final class Samples {
    private static final Schemas SCHEMAS = Schemas.kubernetes();

    private Samples() {}

    static JsonNode json(String text) {
        try {
            return JsonReader.json(text.getBytes(StandardCharsets.UTF_8)).root();
        } catch (IOException e) {
            throw new UncheckedIOException(text, e);
        }
    }

    static ObjectNode object(String text) {
        return (ObjectNode) json(text);
    }

    static Schema schema(String kind) {
        return SCHEMAS.get("io.k8s.api.core.v1." + kind);
    }

    static Shape shape(String kind) {
        return Shape.of(schema(kind));
    }

    static Target target(String kind) {
        return new Target(
                "v1", kind, "", schema(kind), FieldFilter.without("status"), Set.of("v1"));
    }

    /// A ConfigMap that is in the store.
    static ObjectNode configMap(String data) {
        return object(
                """
                {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c","uid":"u"},"data":%s}
                """
                        .formatted(data));
    }

    /// What somebody applies to it.
    static ObjectNode config(String data) {
        return object(
                """
                {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"},"data":%s}
                """
                        .formatted(data));
    }
}
