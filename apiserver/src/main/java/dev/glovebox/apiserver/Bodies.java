package dev.glovebox.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.kinds.Kind;
import dev.glovebox.apiserver.kinds.KindCatalogue;
import dev.glovebox.apiserver.schema.Decoder;
import dev.glovebox.apiserver.schema.Defaults;
import dev.glovebox.apiserver.schema.JsonReader;
import dev.glovebox.apiserver.schema.MalformedException;
import dev.glovebox.apiserver.schema.Schema;
import dev.glovebox.apiserver.schema.Schemas;
import dev.glovebox.apiserver.schema.YamlReader;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/// Turns the body of a request into an object in the shape of its schema.
final class Bodies {
    /// Most bytes of a body, as in Kubernetes.
    static final int MOST_BYTES = 3 << 20;

    private final KindCatalogue kinds;
    private final Schemas schemas;

    Bodies(KindCatalogue kinds, Schemas schemas) {
        this.kinds = kinds;
        this.schemas = schemas;
    }

    /// An object of an expected kind.
    ///
    /// @param apiVersion in which the body is expected
    /// @param kind name of the expected kind, for example `Pod` or `Binding`
    ObjectNode read(
            Call call, String apiVersion, String kind, String schema, List<String> warnings) {
        bounded(call.body());
        JsonReader.Document document = parse(call, kind);
        if (!(document.root() instanceof ObjectNode object)) {
            throw unrecognised(kind, "couldn't get version/kind; json parse error: not an object");
        }
        checkKind(object, apiVersion, kind);
        String fieldValidation = new Parameters(call.query()).fieldValidation();
        Decoder decoder = new Decoder();
        ObjectNode decoded;
        String words =
                "%s in version \"%s\" cannot be handled as a %s: "
                        .formatted(kind, version(apiVersion), kind);
        try {
            decoded = decoder.decode(schemas.get(schema), object);
        } catch (MalformedException e) {
            throw Refusals.badRequest(words + e.getMessage());
        }
        List<String> strict = strict(decoder.unknown(), document.duplicates());
        if (!strict.isEmpty() && fieldValidation.equals("Strict")) {
            throw Refusals.badRequest(
                    words + "strict decoding error: " + String.join(", ", strict));
        }
        if (fieldValidation.equals("Warn")) {
            warnings.addAll(strict);
        }
        decoded.put("kind", kind).put("apiVersion", apiVersion);
        return decoded;
    }

    /// Fills in the defaults of an object of a kind.
    void applyDefaults(Kind kind, ObjectNode object) {
        Schema schema = schemas.get(kind.schema());
        Defaults.apply(schema, object);
        kind.strategy().applyDefaults(object);
        Defaults.apply(schema, object);
    }

    static void bounded(byte[] body) {
        if (body.length > MOST_BYTES) {
            throw new ApiException(
                    StatusReason.REQUEST_ENTITY_TOO_LARGE,
                    "Request entity too large: limit is " + MOST_BYTES);
        }
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

    private static JsonReader.Document parse(Call call, String kind) {
        String type = mediaType(call.contentType());
        try {
            return switch (type) {
                case "", "application/json" -> JsonReader.json(call.body());
                case "application/yaml" -> YamlReader.yaml(call.body());
                default ->
                        throw new ApiException(
                                StatusReason.UNSUPPORTED_MEDIA_TYPE,
                                "the body of the request was in an unknown format - accepted media"
                                        + " types include: application/json, application/yaml");
            };
        } catch (IOException e) {
            byte[] start = java.util.Arrays.copyOf(call.body(), Math.min(call.body().length, 256));
            String words =
                    type.endsWith("yaml")
                            ? "yaml: "
                            : "couldn't get version/kind; json parse error: ";
            throw unrecognised(
                    kind, words + firstLine(e) + " (" + HexFormat.of().formatHex(start) + ")");
        }
    }

    private static String firstLine(IOException e) {
        String message = String.valueOf(e.getMessage());
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }

    private void checkKind(ObjectNode object, String apiVersion, String kind) {
        String givenKind = text(object.path("kind"), kind);
        String givenVersion = text(object.path("apiVersion"), apiVersion);
        // Every group has DeleteOptions of its own, all alike.
        boolean anyVersion = kind.equals("DeleteOptions");
        if (givenKind.equals(kind) && (anyVersion || givenVersion.equals(apiVersion))) {
            return;
        }
        boolean known =
                kinds.kinds().stream()
                        .anyMatch(each ->
                                each.names().kind().equals(givenKind)
                                        && each.versions().stream()
                                                .map(each::apiVersion)
                                                .anyMatch(givenVersion::equals));
        String reason =
                known
                        ? "converting (%s.%s) to (%s): unknown conversion"
                                .formatted(version(givenVersion), givenKind, kind)
                        : "no kind \"%s\" is registered for version \"%s\""
                                .formatted(givenKind, givenVersion);
        throw Refusals.badRequest(
                "%s in version \"%s\" cannot be handled as a %s: %s"
                        .formatted(givenKind, version(givenVersion), kind, reason));
    }

    private static String text(JsonNode value, String otherwise) {
        return value.asText().isEmpty() ? otherwise : value.asText();
    }

    private static String version(String apiVersion) {
        return apiVersion.substring(apiVersion.indexOf('/') + 1);
    }

    private static ApiException unrecognised(String kind, String why) {
        return Refusals.badRequest(
                "the object provided is unrecognized (must be of type %s): %s"
                        .formatted(kind, why));
    }
}
