package dev.glovebox.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.glovebox.apiserver.kinds.Kind;
import dev.glovebox.apiserver.patch.JsonPatch;
import dev.glovebox.apiserver.patch.MergePatch;
import dev.glovebox.apiserver.patch.PatchException;
import dev.glovebox.apiserver.patch.StrategicMergePatch;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.Path;
import dev.glovebox.apiserver.schema.Decoder;
import dev.glovebox.apiserver.schema.JsonReader;
import dev.glovebox.apiserver.schema.MalformedException;
import dev.glovebox.apiserver.schema.Schema;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import java.io.IOException;
import java.util.List;
import java.util.function.UnaryOperator;

/// Turns the body of a `PATCH` into a change of an object.
final class Patches {
    private static final String APPLY = "application/apply-patch+yaml";
    private static final String SUFFIX = "-patch+json";

    /// Whether a request applies a configuration.
    static boolean applies(Call call) {
        return call.method().equals("PATCH") && Bodies.mediaType(call.contentType()).equals(APPLY);
    }

    /// The change.
    ///
    /// @param warnings filled when the change is made
    UnaryOperator<ObjectNode> read(Call call, Kind kind, List<String> warnings) {
        String type = Bodies.mediaType(call.contentType());
        if (!type.startsWith("application/") || !type.endsWith(SUFFIX)) {
            throw unsupported();
        }
        Bodies.bounded(call.body());
        Schema schema = kind.schema();
        String form = type.substring("application/".length(), type.length() - SUFFIX.length());
        JsonNode patch = parse(call.body());
        if (schema.structural() && form.equals("strategic-merge")) {
            throw new ApiException(
                    StatusReason.UNSUPPORTED_MEDIA_TYPE,
                    "the body of the request was in an unknown format - accepted media types"
                            + " include: application/json-patch+json, application/merge-patch+json,"
                            + " application/apply-patch+yaml");
        }
        boolean list = form.equals("json");
        if (list ? !(patch instanceof ArrayNode) : !(patch instanceof ObjectNode)) {
            throw undecodable(list ? "not a list" : "not an object");
        }
        if (list && patch.size() > JsonPatch.MOST_OPERATIONS) {
            throw new ApiException(
                    StatusReason.REQUEST_ENTITY_TOO_LARGE,
                    "The allowed maximum operations in a JSON patch is %d, got %d"
                            .formatted(JsonPatch.MOST_OPERATIONS, patch.size()));
        }
        UnaryOperator<JsonNode> change =
                switch (form) {
                    case "json" -> object -> json(object, patch);
                    case "merge" -> object -> MergePatch.apply(object, patch);
                    case "strategic-merge" ->
                            object -> strategic((ObjectNode) object, (ObjectNode) patch, schema);
                    default -> throw unsupported();
                };
        String validation = new Parameters(call.query()).fieldValidation();
        return object -> decoded(change.apply(object), schema, kind, validation, warnings);
    }

    private static JsonNode json(JsonNode object, JsonNode patch) {
        try {
            return JsonPatch.apply(object, patch);
        } catch (PatchException e) {
            throw new ApiException(
                    StatusReason.INVALID,
                    "the server rejected our request due to an error in our request");
        }
    }

    private static JsonNode strategic(ObjectNode object, ObjectNode patch, Schema schema) {
        try {
            return StrategicMergePatch.apply(object, patch, schema);
        } catch (PatchException e) {
            throw new ApiException(StatusReason.UNKNOWN, String.valueOf(e.getMessage()));
        }
    }

    private static ObjectNode decoded(
            JsonNode patched, Schema schema, Kind kind, String validation, List<String> warnings) {
        if (!(patched instanceof ObjectNode object)) {
            throw invalid(patched, "json: cannot unmarshal into " + kind.names().kind());
        }
        Bodies.bounded(EncodedObject.bytes(object));
        Decoder decoder = new Decoder();
        ObjectNode decoded;
        try {
            decoded = decoder.decode(schema, object);
        } catch (MalformedException e) {
            throw invalid(patched, String.valueOf(e.getMessage()));
        }
        List<String> strict = Bodies.strict(decoder.unknown(), List.of());
        if (!strict.isEmpty() && validation.equals("Strict")) {
            throw invalid(patched, "strict decoding error: " + String.join(", ", strict));
        }
        if (validation.equals("Warn")) {
            warnings.removeAll(strict);
            warnings.addAll(strict);
        }
        Bodies.keepReset(object, decoded);
        return decoded;
    }

    private static ApiException invalid(JsonNode patched, String message) {
        FieldErrors errors = new FieldErrors();
        errors.invalid(Path.of("patch"), TextNode.valueOf(patched.toString()), message);
        return errors.refusal("", "", "");
    }

    private static JsonNode parse(byte[] body) {
        try {
            return JsonReader.json(body).root();
        } catch (IOException e) {
            throw undecodable("not JSON");
        }
    }

    private static ApiException undecodable(String why) {
        return Refusals.badRequest("error decoding patch: " + why);
    }

    private static ApiException unsupported() {
        return new ApiException(StatusReason.UNSUPPORTED_MEDIA_TYPE, "415: Unsupported Media Type");
    }
}
