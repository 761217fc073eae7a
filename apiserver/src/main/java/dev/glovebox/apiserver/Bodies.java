package dev.glovebox.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.kinds.Kind;
import dev.glovebox.apiserver.kinds.KindCatalogue;
import dev.glovebox.apiserver.kinds.Trees;
import dev.glovebox.apiserver.schema.Decoder;
import dev.glovebox.apiserver.schema.MalformedException;
import dev.glovebox.apiserver.schema.Schema;
import dev.glovebox.apiserver.schema.Schemas;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/// Turns the body of a request into an object in the shape of its schema.
final class Bodies {
    /// Most bytes of a body, as in Kubernetes.
    static final int MOST_BYTES = 3 << 20;

    private static final List<String> OF_OBJECTS = List.of("apiVersion", "kind", "metadata");

    private final BodyParser parser;
    private final Schemas schemas;

    Bodies(Supplier<KindCatalogue> kinds, Schemas schemas) {
        this.parser = new BodyParser(kinds);
        this.schemas = schemas;
    }

    /// A schema by its name.
    Schema schema(String name) {
        return schemas.get(name);
    }

    /// An object of a kind that is known by its schema's name, for example `Binding`.
    ObjectNode read(
            Call call, String apiVersion, String kind, String schema, List<String> warnings) {
        return read(call, apiVersion, kind, schemas.get(schema), warnings);
    }

    /// An object of an expected kind.
    ///
    /// @param apiVersion in which the body is expected
    /// @param kind name of the expected kind, for example `Pod`
    ObjectNode read(
            Call call, String apiVersion, String kind, Schema schema, List<String> warnings) {
        bounded(call.body());
        BodyParser.Expected expected =
                new BodyParser.Expected(apiVersion, kind, schema.name(), schema.structural());
        BodyParser.Parsed parsed = parser.parse(call, expected);
        String fieldValidation = new Parameters(call.query()).fieldValidation();
        if (schema.structural() && !isOf(parsed.object(), kind, apiVersion)) {
            return foreign(parsed.object(), apiVersion, fieldValidation, warnings);
        }
        Decoder decoder = new Decoder();
        ObjectNode decoded;
        try {
            decoded = decoder.decode(schema, parsed.object());
        } catch (MalformedException e) {
            throw expected.refusal(String.valueOf(e.getMessage()));
        }
        List<String> strict = strict(decoder.unknown(), parsed.duplicates());
        if (!strict.isEmpty() && fieldValidation.equals("Strict")) {
            throw expected.refusal("strict decoding error: " + String.join(", ", strict));
        }
        if (fieldValidation.equals("Warn")) {
            warnings.addAll(strict);
        }
        keepReset(parsed.object(), decoded);
        decoded.put("kind", kind).put("apiVersion", apiVersion);
        return decoded;
    }

    private static boolean isOf(ObjectNode object, String kind, String apiVersion) {
        return object.path("kind").asText().equals(kind)
                && object.path("apiVersion").asText().equals(apiVersion);
    }

    /// An object of another kind, which the rules of the kind refuse.
    ///
    /// @throws ApiException when it is of another version
    private static ObjectNode foreign(
            ObjectNode object, String apiVersion, String fieldValidation, List<String> warnings) {
        String given = object.path("apiVersion").asText();
        if (!given.equals(apiVersion)) {
            // Of a version that is not there no field is known.
            if (fieldValidation.equals("Warn")) {
                object.properties().stream()
                        .map(Map.Entry::getKey)
                        .filter(field -> !OF_OBJECTS.contains(field))
                        .forEach(field -> warnings.add("unknown field \"" + field + "\""));
            }
            throw Refusals.badRequest(
                    "the API version in the data (%s) does not match the expected API version (%s)"
                            .formatted(given, apiVersion));
        }
        return object;
    }

    /// An empty list of managed fields is a wish, and the only empty list that decoding must not
    /// lose: it says the same as a list of one empty entry.
    static void keepReset(JsonNode given, ObjectNode decoded) {
        JsonNode fields = given.path("metadata").path("managedFields");
        if (fields.isArray() && fields.isEmpty()) {
            Trees.object(decoded, "metadata").putArray("managedFields").addObject();
        }
    }

    /// Fills in the defaults of an object of a kind.
    void applyDefaults(Kind kind, ObjectNode object) {
        kind.applyDefaults(object);
    }

    static void bounded(byte[] body) {
        if (body.length > MOST_BYTES) {
            throw tooLarge();
        }
    }

    static ApiException tooLarge() {
        return new ApiException(
                StatusReason.REQUEST_ENTITY_TOO_LARGE,
                "Request entity too large: limit is " + MOST_BYTES);
    }

    static List<String> strict(List<String> unknown, List<String> duplicates) {
        List<String> strict = new ArrayList<>();
        duplicates.forEach(path -> strict.add("duplicate field \"" + path + "\""));
        unknown.forEach(path -> strict.add("unknown field \"" + path + "\""));
        return strict;
    }

    static String mediaType(String contentType) {
        int end = contentType.indexOf(';');
        String type = end < 0 ? contentType : contentType.substring(0, end);
        return type.strip().toLowerCase(Locale.ROOT);
    }
}
