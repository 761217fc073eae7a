package dev.glovebox.apiserver;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.glovebox.apiserver.kinds.Kind;
import dev.glovebox.apiserver.table.Tables;
import java.io.UncheckedIOException;
import java.util.List;

/// Writes objects and lists in the representation that a client asked for.
final class Rendering {
    private static final YAMLMapper YAML =
            YAMLMapper.builder().disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER).build();
    private static final List<String> INCLUDES = List.of("", "Metadata", "Object", "None");

    private final Representation representation;
    private final Tables tables;
    private final Kind kind;
    private final String include;

    Rendering(Representation representation, Tables tables, Kind kind, Parameters parameters) {
        this.representation = representation;
        this.tables = tables;
        this.kind = kind;
        this.include = parameters.text("includeObject");
        if (representation.style() == Representation.Style.TABLE && !INCLUDES.contains(include)) {
            throw Refusals.badRequest(
                    "Unable to convert to Table as requested: includeObject: Invalid value: \"%s\": must be 'Metadata', 'Object', 'None', or empty"
                            .formatted(include));
        }
    }

    /// Whether the stored bytes can be sent as they are.
    boolean plain() {
        return representation.equals(Representation.PLAIN);
    }

    /// Whether objects are told with all that they have.
    boolean whole() {
        return representation.style() == Representation.Style.WHOLE;
    }

    String contentType() {
        return representation.contentType();
    }

    /// An object as it is told.
    JsonNode object(ObjectNode object) {
        return switch (representation.style()) {
            case WHOLE -> object;
            case METADATA -> metadata(object);
            case TABLE -> {
                ObjectNode table = table(object.path("metadata").path("resourceVersion").asText());
                table.putArray("rows").add(row(object));
                yield table;
            }
        };
    }

    /// A list as it is told.
    ///
    /// @param listMetadata of the list
    JsonNode list(ObjectNode listMetadata, String apiVersion, List<ObjectNode> items) {
        ObjectNode list = listHead(listMetadata, apiVersion);
        if (items.isEmpty()) {
            return list.set(listField(), noItems());
        }
        ArrayNode array = list.putArray(listField());
        items.forEach(item -> array.add(item(item)));
        return list;
    }

    /// What a list says before its items.
    ObjectNode listHead(ObjectNode listMetadata, String apiVersion) {
        if (representation.style() == Representation.Style.TABLE) {
            ObjectNode table = table("");
            table.set("metadata", listMetadata);
            return table;
        }
        boolean whole = representation.style() == Representation.Style.WHOLE;
        ObjectNode list = JsonNodeFactory.instance.objectNode();
        list.put("kind", whole ? kind.names().kind() + "List" : "PartialObjectMetadataList");
        list.put("apiVersion", whole ? apiVersion : "meta.k8s.io/" + representation.version());
        list.set("metadata", listMetadata);
        return list;
    }

    /// The field of a list that holds its items; it is the last one.
    String listField() {
        return representation.style() == Representation.Style.TABLE ? "rows" : "items";
    }

    /// What a list without items has in that field.
    JsonNode noItems() {
        return representation.style() == Representation.Style.TABLE && tables.plain(kind)
                ? JsonNodeFactory.instance.nullNode()
                : JsonNodeFactory.instance.arrayNode();
    }

    /// An object as a list has it.
    JsonNode item(ObjectNode object) {
        return switch (representation.style()) {
            case WHOLE -> listed(object);
            case METADATA -> metadata(object);
            case TABLE -> row(object);
        };
    }

    boolean yaml() {
        return representation.format() == Representation.Format.YAML;
    }

    /// Objects of a definition say of what kind they are even in a list.
    private ObjectNode listed(ObjectNode item) {
        return kind.schema().structural() ? item : item.without(List.of("kind", "apiVersion"));
    }

    byte[] bytes(JsonNode tree) {
        if (!yaml()) {
            return EncodedObject.bytes(tree);
        }
        try {
            return YAML.writeValueAsBytes(tree);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("a tree that cannot be written as YAML", e);
        }
    }

    private ObjectNode metadata(ObjectNode object) {
        ObjectNode partial = JsonNodeFactory.instance.objectNode();
        partial.put("kind", "PartialObjectMetadata");
        partial.put("apiVersion", "meta.k8s.io/" + representation.version());
        partial.set("metadata", object.path("metadata"));
        return partial;
    }

    private ObjectNode table(String version) {
        ObjectNode table = JsonNodeFactory.instance.objectNode();
        table.put("kind", "Table").put("apiVersion", "meta.k8s.io/" + representation.version());
        table.putObject("metadata").put("resourceVersion", version);
        table.set("columnDefinitions", tables.columns(kind));
        return table;
    }

    private ObjectNode row(ObjectNode object) {
        ObjectNode row = JsonNodeFactory.instance.objectNode();
        row.set("cells", tables.cells(kind, object));
        row.set(
                "object",
                switch (include) {
                    case "None" -> JsonNodeFactory.instance.nullNode();
                    case "Object" -> object;
                    default -> metadata(object);
                });
        return row;
    }
}
