package dev.glovebox.apiserver.fields;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.schema.JsonReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Path elements as the names of fields of `FieldsV1`: `f:name`, `k:{"name":"c"}`, `v:"x"`, `i:0`.
final class PathText {
    private PathText() {}

    /// The element as text. As Go's encoder writes it, HTML's own characters are escaped.
    static String of(PathElement element) {
        return switch (element) {
            case PathElement.Field(String name) -> "f:" + name;
            case PathElement.Key(List<PathElement.Named> fields) -> {
                ObjectNode key = JsonNodeFactory.instance.objectNode();
                fields.forEach(field -> key.set(field.name(), field.value()));
                yield "k:" + json(key);
            }
            case PathElement.Value(JsonNode value) -> "v:" + json(value);
            case PathElement.Index(int index) -> "i:" + index;
        };
    }

    private static String json(JsonNode value) {
        String text = value.toString();
        if (text.chars().noneMatch(c -> c == '<' || c == '>' || c == '&')) {
            return text;
        }
        return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026");
    }

    /// The element that a text names; empty for one of a form that a later version may have.
    ///
    /// @throws MalformedFieldsException when the text is none at all
    static Optional<PathElement> parse(String text) {
        if (text.length() < 2 || text.charAt(1) != ':') {
            throw new MalformedFieldsException("no path element: " + text);
        }
        String rest = text.substring(2);
        return switch (text.charAt(0)) {
            case 'f' -> Optional.of(new PathElement.Field(rest));
            case 'k' -> Optional.of(key(read(rest)));
            case 'v' -> Optional.of(new PathElement.Value(read(rest)));
            case 'i' -> Optional.of(new PathElement.Index(index(rest)));
            default -> Optional.empty();
        };
    }

    private static PathElement key(JsonNode fields) {
        if (!fields.isObject()) {
            throw new MalformedFieldsException("no key: " + fields);
        }
        return new PathElement.Key(
                fields.properties().stream()
                        .map(field -> new PathElement.Named(field.getKey(), field.getValue()))
                        .sorted(Comparator.comparing(PathElement.Named::name))
                        .toList());
    }

    private static JsonNode read(String json) {
        try {
            return JsonReader.json(json.getBytes(StandardCharsets.UTF_8)).root();
        } catch (IOException e) {
            throw new MalformedFieldsException("no JSON: " + json, e);
        }
    }

    private static int index(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new MalformedFieldsException("no index: " + text, e);
        }
    }
}
