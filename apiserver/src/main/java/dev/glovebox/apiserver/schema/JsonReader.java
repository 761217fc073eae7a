package dev.glovebox.apiserver.schema;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;

/// Reads JSON or YAML within bounds, and notes fields that occur twice. What comes last wins, as in
/// Go. A body is at most 3 MiB, which the caller checks; nesting is bounded here.
public final class JsonReader {
    static final StreamReadConstraints BOUNDS =
            StreamReadConstraints.builder()
                    .maxNestingDepth(500)
                    .maxStringLength(4 << 20)
                    .maxNameLength(1 << 16)
                    .build();
    private static final JsonFactory JSON =
            JsonFactory.builder().streamReadConstraints(BOUNDS).build();

    private JsonReader() {}

    /// What was read.
    ///
    /// @param doubled fields that occur twice; a hundred at most, as in Kubernetes
    public record Document(JsonNode root, List<Duplicate> doubled) {
        /// Copies the list.
        public Document {
            doubled = List.copyOf(doubled);
        }

        /// Paths of fields that occur twice, for example `data.a`.
        public List<String> duplicates() {
            return doubled.stream().map(Duplicate::path).toList();
        }
    }

    /// A field that occurs twice.
    ///
    /// @param line of its second occurrence, from 1
    public record Duplicate(String path, String name, int line) {}

    /// Reads one JSON document.
    ///
    /// @throws IOException when it is none, when it nests too deeply, or when something follows it
    public static Document json(byte[] bytes) throws IOException {
        try (JsonParser parser = JSON.createParser(bytes)) {
            Document document = read(parser);
            if (parser.nextToken() != null) {
                throw new IOException("invalid character after top-level value");
            }
            return document;
        }
    }

    static Document read(JsonParser parser) throws IOException {
        if (parser.nextToken() == null) {
            throw new IOException("unexpected end of JSON input");
        }
        Duplicates duplicates = new Duplicates(parser);
        JsonNode root = value(parser, duplicates);
        return new Document(root, duplicates.found());
    }

    private static JsonNode value(JsonParser parser, Duplicates duplicates) throws IOException {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser, duplicates);
            case START_ARRAY -> array(parser, duplicates);
            case VALUE_STRING -> nodes.textNode(parser.getText());
            case VALUE_NUMBER_INT -> integer(parser);
            case VALUE_NUMBER_FLOAT -> nodes.numberNode(parser.getDecimalValue());
            case VALUE_TRUE -> nodes.booleanNode(true);
            case VALUE_FALSE -> nodes.booleanNode(false);
            case VALUE_NULL -> nodes.nullNode();
            default -> throw new IOException("unexpected token " + parser.currentToken());
        };
    }

    private static JsonNode integer(JsonParser parser) throws IOException {
        return parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                ? JsonNodeFactory.instance.numberNode(parser.getBigIntegerValue())
                : Scalars.number(parser.getLongValue());
    }

    private static ObjectNode object(JsonParser parser, Duplicates duplicates) throws IOException {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            if (object.has(name)) {
                duplicates.note(name);
            }
            parser.nextToken();
            duplicates.enter(name);
            object.set(name, value(parser, duplicates));
            duplicates.leave();
        }
        return object;
    }

    private static ArrayNode array(JsonParser parser, Duplicates duplicates) throws IOException {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            duplicates.enter(array.size());
            array.add(value(parser, duplicates));
            duplicates.leave();
        }
        return array;
    }
}
