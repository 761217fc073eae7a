package dev.glovebox.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.GZIPInputStream;

/// Schemas by name.
public final class Schemas {
    private final JsonNode definitions;
    private final Map<String, Schema> known = new ConcurrentHashMap<>();

    private Schemas(JsonNode definitions) {
        this.definitions = definitions;
    }

    /// Reads the schemas of Kubernetes' own kinds, and of its measurements, which another server of
    /// it serves; once a process is enough.
    public static Schemas kubernetes() {
        ObjectMapper mapper = new ObjectMapper();
        try (InputStream own = resource("schema.json.gz");
                InputStream measurements = resource("metrics.json")) {
            ObjectNode all = (ObjectNode) mapper.readTree(new GZIPInputStream(own));
            return new Schemas(all.setAll((ObjectNode) mapper.readTree(measurements)));
        } catch (IOException e) {
            throw new UncheckedIOException("the schemas on the class path", e);
        }
    }

    private static InputStream resource(String name) {
        InputStream in = Schemas.class.getResourceAsStream(name);
        if (in == null) {
            throw new IllegalStateException(name + " is not on the class path");
        }
        return in;
    }

    /// The schema of that name.
    public Schema get(String name) {
        return known.computeIfAbsent(
                name,
                any -> new Schema(definition(name), name, this::definition, Schema.Origin.TYPE));
    }

    /// The schema of objects of a CustomResourceDefinition, with what every object has.
    ///
    /// @param name for example `com.example.v1.Widget`
    /// @param openApi the structural schema of the definition's version; left alone
    public Schema structural(String name, JsonNode openApi) {
        return new Schema(
                DefinedForms.withMetadata(openApi),
                name,
                this::definition,
                Schema.Origin.DEFINITION);
    }

    /// All definitions as OpenAPI has them, by name; references by `ref`.
    public JsonNode definitions() {
        return definitions;
    }

    private JsonNode definition(String name) {
        JsonNode found = definitions.get(name);
        if (found == null) {
            throw new IllegalArgumentException("no schema " + name);
        }
        return found;
    }
}
