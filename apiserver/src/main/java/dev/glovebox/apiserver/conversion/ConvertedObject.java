package dev.glovebox.apiserver.conversion;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.GoTypes;
import dev.glovebox.apiserver.rules.MetaRules;
import dev.glovebox.apiserver.rules.Path;
import java.util.List;
import java.util.Map;

/// What a webhook made of an object: whether it is still that object, and with its metadata put
/// back. Source: apiextensions' `validateConvertedObject` and `restoreObjectMeta`.
///
/// @param original as it was sent
/// @param answer as it came back
record ConvertedObject(ObjectNode original, JsonNode answer) {
    /// Most characters of an answer that a message repeats.
    private static final int MOST_REPEATED = 4096;

    private static final Map<String, String> IDENTITY =
            Map.of("name", "name", "namespace", "namespace", "uid", "UID");

    /// The object, with nothing of its metadata changed but labels and annotations.
    ///
    /// @throws dev.glovebox.model.ApiException when it is another object, in another version than
    ///   the wanted one, or none
    ObjectNode checked(String apiVersion) {
        ObjectNode object = object();
        String before = "conversion webhook for %s ".formatted(WebhookConverter.words(original));
        String version = object.path("apiVersion").asText();
        if (!version.equals(apiVersion)) {
            throw WebhookConverter.failed(
                    "%sreturned invalid object at index 0: invalid groupVersion (expected %s, received %s)"
                            .formatted(before, apiVersion, version));
        }
        String kind = original.path("kind").asText();
        if (!object.path("kind").asText().equals(kind)) {
            throw WebhookConverter.failed(
                    "%sreturned invalid object at index 0: invalid kind (expected %s, received %s)"
                            .formatted(before, kind, object.path("kind").asText()));
        }
        for (String field : List.of("name", "namespace", "uid")) {
            String expected = text(original, field);
            String given = text(object, field);
            if (!given.equals(expected)) {
                throw WebhookConverter.failed(
                        "%sreturned invalid object: must have the same %s: %s != %s"
                                .formatted(before, IDENTITY.get(field), expected, given));
            }
        }
        try {
            object.set("metadata", metadata(object.path("metadata")));
        } catch (Unfit e) {
            throw WebhookConverter.failed(before + "returned invalid metadata: " + e.getMessage());
        }
        return object;
    }

    private static String text(ObjectNode object, String field) {
        return object.path("metadata").path(field).asText();
    }

    private ObjectNode object() {
        if (answer.isNull() || answer.isMissingNode()) {
            throw WebhookConverter.failed("unexpected end of JSON input");
        }
        if (!(answer instanceof ObjectNode object)) {
            throw WebhookConverter.failed(
                    "json: cannot unmarshal %s into Go value of type map[string]interface {}"
                            .formatted(jsonType(answer)));
        }
        if (object.path("kind").asText().isEmpty()) {
            String shown = object.toString();
            throw WebhookConverter.failed(
                    "Object 'Kind' is missing in '%s'"
                            .formatted(
                                    shown.substring(0, Math.min(shown.length(), MOST_REPEATED))));
        }
        return object.deepCopy();
    }

    /// Metadata that does not fit an object.
    private static final class Unfit extends Exception {
        private static final long serialVersionUID = 1L;

        Unfit(String words) {
            super(words);
        }
    }

    private ObjectNode metadata(JsonNode given) throws Unfit {
        if (given.isMissingNode()) {
            throw new Unfit("missing metadata in converted object");
        }
        if (!given.isObject()) {
            throw new Unfit(
                    "invalid metadata of type %s in converted object".formatted(GoTypes.of(given)));
        }
        ObjectNode metadata = ((ObjectNode) original.path("metadata")).deepCopy();
        for (String field : List.of("labels", "annotations")) {
            JsonNode map = given.path(field);
            if (map.isMissingNode() || map.isNull()) {
                metadata.remove(field);
                continue;
            }
            checkMap(field, map);
            if (!map.equals(metadata.path(field))) {
                checkContent(field, map);
            }
            metadata.set(field, map.deepCopy());
        }
        return metadata;
    }

    private static void checkMap(String field, JsonNode map) throws Unfit {
        if (!map.isObject()) {
            throw new Unfit(
                    "invalid metadata.%s of type %s in converted object"
                            .formatted(field, GoTypes.of(map)));
        }
        for (var each : map.properties()) {
            if (!each.getValue().isTextual()) {
                throw new Unfit(
                        "metadata.%s[%s] must be a string, but is %s in converted object"
                                .formatted(field, each.getKey(), GoTypes.of(each.getValue())));
            }
        }
    }

    private static void checkContent(String field, JsonNode map) throws Unfit {
        FieldErrors errors = new FieldErrors();
        if (field.equals("labels")) {
            MetaRules.labels(map, Path.of("metadata.labels"), errors);
        } else {
            MetaRules.annotations(map, Path.of("metadata.annotation"), errors);
        }
        if (!errors.isEmpty()) {
            throw new Unfit(errors.message());
        }
    }

    private static String jsonType(JsonNode value) {
        return switch (value.getNodeType()) {
            case ARRAY -> "array";
            case BOOLEAN -> "bool";
            case NUMBER -> "number";
            default -> "string";
        };
    }
}
