package dev.glovebox.apiserver;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.store.Entry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Objects as the store keeps them: JSON without `apiVersion`, `kind` and `resourceVersion`, and
/// with `metadata` first. What is missing is the same for all objects of a request or known with
/// the revision, so that sending an object is copying its bytes behind a header, and one encoding
/// serves every version of the API. Only objects of definitions are kept with the version in which
/// they are, right behind the metadata: theirs can differ in shape.
final class EncodedObject {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final byte[] START = "{\"metadata\":{".getBytes(StandardCharsets.UTF_8);

    private static final Set<String> LOOKED_AT = Set.of("name", "namespace", "labels");
    private static final byte[] BEHIND_REVISION = {'"', ','};

    private EncodedObject() {}

    /// The bytes to store; the object is left alone.
    static byte[] encode(ObjectNode object) {
        return encode(object, List.of());
    }

    /// The bytes to store of an object that is not of the same shape in all versions.
    static byte[] encodeVersioned(ObjectNode object) {
        return encode(object, List.of("apiVersion"));
    }

    private static byte[] encode(ObjectNode object, List<String> kept) {
        ObjectNode copy = JsonNodeFactory.instance.objectNode();
        ObjectNode metadata = object.path("metadata").deepCopy();
        metadata.remove("resourceVersion");
        copy.set("metadata", metadata);
        kept.forEach(field -> copy.set(field, object.path(field)));
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            switch (field.getKey()) {
                case "apiVersion", "kind", "metadata" -> {}
                default -> copy.set(field.getKey(), field.getValue());
            }
        }
        return bytes(copy);
    }

    /// The version in which an object is kept; empty where it does not say it.
    static String version(Entry entry) {
        try (JsonParser parser = MAPPER.createParser(entry.value())) {
            parser.nextToken();
            parser.nextToken();
            parser.nextToken(); // the metadata, which is first
            parser.skipChildren();
            boolean said =
                    parser.nextToken() == JsonToken.FIELD_NAME
                            && parser.currentName().equals("apiVersion");
            return said ? parser.nextTextValue() : "";
        } catch (IOException e) {
            throw new UncheckedIOException("stored object " + entry.key(), e);
        }
    }

    /// The whole object as a tree.
    ///
    /// @param apiVersion of one that does not say it
    static ObjectNode decode(Entry entry, String apiVersion, String kind) {
        try {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            object.put("kind", kind).put("apiVersion", apiVersion);
            object.setAll((ObjectNode) MAPPER.readTree(entry.value()));
            ((ObjectNode) object.path("metadata"))
                    .put("resourceVersion", Long.toString(entry.revision()));
            return object;
        } catch (IOException e) {
            throw new UncheckedIOException("stored object " + entry.key(), e);
        }
    }

    /// The names and the labels of an object, as a tree that has nothing else: most selectors look
    /// at no more, and reading no more is several times as fast.
    static ObjectNode labelled(Entry entry) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        ObjectNode metadata = object.putObject("metadata");
        try (JsonParser parser = MAPPER.createParser(entry.value())) {
            parser.nextToken();
            parser.nextToken();
            parser.nextToken(); // the metadata, which is first
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                if (LOOKED_AT.contains(name)) {
                    metadata.set(name, MAPPER.readTree(parser));
                } else {
                    parser.skipChildren();
                }
            }
            return object;
        } catch (IOException e) {
            throw new UncheckedIOException("stored object " + entry.key(), e);
        }
    }

    /// Writes the object as it is sent.
    ///
    /// @param head from [#head], or [#itemHead] inside a list
    static void write(OutputStream out, byte[] head, Entry entry, long revision)
            throws IOException {
        out.write(head);
        out.write(Long.toString(revision).getBytes(StandardCharsets.US_ASCII));
        out.write(BEHIND_REVISION);
        out.write(entry.value(), START.length, entry.value().length - START.length);
    }

    /// The object as it is sent.
    ///
    /// @param head from [#head]
    static byte[] told(byte[] head, Entry entry, long revision) {
        int most = head.length + entry.value().length + 20;
        ByteArrayOutputStream out = new ByteArrayOutputStream(most);
        try {
            write(out, head, entry, revision);
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail to be written to", e);
        }
        return out.toByteArray();
    }

    /// What stands before the revision of a whole object.
    static byte[] head(String apiVersion, String kind) {
        return "{\"kind\":\"%s\",\"apiVersion\":\"%s\",\"metadata\":{\"resourceVersion\":\""
                .formatted(kind, apiVersion)
                .getBytes(StandardCharsets.UTF_8);
    }

    /// What stands before the revision of an item, which has no kind of its own.
    static byte[] itemHead() {
        return "{\"metadata\":{\"resourceVersion\":\"".getBytes(StandardCharsets.UTF_8);
    }

    /// A tree as JSON.
    static byte[] bytes(JsonNode tree) {
        try {
            return MAPPER.writeValueAsBytes(tree);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("a JSON tree that cannot be written", e);
        }
    }
}
