package dev.glovebox.apiserver.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.function.Function;

/// Fields by which lists and watches can be narrowed.
final class Selectable {
    private Selectable() {}

    static Map.Entry<String, Function<JsonNode, String>> text(String path) {
        return Map.entry(path, object -> at(object, path).asText());
    }

    static Map.Entry<String, Function<JsonNode, String>> truth(String path) {
        return Map.entry(path, object -> String.valueOf(at(object, path).asBoolean()));
    }

    private static JsonNode at(JsonNode object, String path) {
        return object.at("/" + path.replace('.', '/'));
    }
}
