package dev.glovebox.apiserver.cel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Types of values under a structural schema. What has no type, such as fields that are kept
/// although nobody knows them, expressions cannot reach. Source: apiserver's
/// `cel/common.SchemaDeclType`.
@SuppressWarnings("Immutable")
final class SchemaTypes implements CelTypeProvider {
    private final List<CelType> structs = new ArrayList<>();
    private final CelType root;

    /// @param whole whether values are whole objects, which have a kind and metadata
    /// @throws IllegalArgumentException when values of the schema have no type
    SchemaTypes(JsonNode schema, boolean whole) {
        this.root =
                type(schema, whole)
                        .orElseThrow(() -> new IllegalArgumentException("a schema without a type"));
    }

    CelType root() {
        return root;
    }

    @Override
    public ImmutableCollection<CelType> types() {
        return ImmutableList.copyOf(structs);
    }

    @Override
    public Optional<CelType> findType(String name) {
        return structs.stream().filter(type -> type.name().equals(name)).findFirst();
    }

    private Optional<CelType> type(JsonNode schema, boolean whole) {
        if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
            return Optional.of(SimpleType.DYN);
        }
        return switch (schema.path("type").asText()) {
            case "array" -> element(schema.path("items")).map(ListType::create);
            case "object" -> object(whole ? withObjectFields(schema) : schema);
            case "string" -> Optional.of(text(schema.path("format").asText()));
            case "boolean" -> Optional.of(SimpleType.BOOL);
            case "number" -> Optional.of(SimpleType.DOUBLE);
            case "integer" -> Optional.of(SimpleType.INT);
            default -> Optional.empty();
        };
    }

    private Optional<CelType> element(JsonNode schema) {
        return type(schema, schema.path("x-kubernetes-embedded-resource").asBoolean());
    }

    private Optional<CelType> object(JsonNode schema) {
        JsonNode additional = schema.path("additionalProperties");
        if (additional.isObject()) {
            return element(additional).map(values -> MapType.create(SimpleType.STRING, values));
        }
        Map<String, CelType> fields = new LinkedHashMap<>();
        for (var property : schema.path("properties").properties()) {
            Optional<CelType> type = element(property.getValue());
            Escapes.escape(property.getKey())
                    .ifPresent(name -> type.ifPresent(of -> fields.put(name, of)));
        }
        ImmutableMap<String, CelType> all = ImmutableMap.copyOf(fields);
        // No identifier begins like this, so that no expression can name the type.
        String name = "$" + structs.size();
        CelType struct =
                StructType.create(
                        name,
                        ImmutableSet.copyOf(all.keySet()),
                        field -> Optional.ofNullable(all.get(field)));
        structs.add(struct);
        return Optional.of(struct);
    }

    private static CelType text(String format) {
        return switch (format) {
            case "byte" -> SimpleType.BYTES;
            case "duration" -> SimpleType.DURATION;
            case "date", "date-time" -> SimpleType.TIMESTAMP;
            default -> SimpleType.STRING;
        };
    }

    /// The schema with what expressions can see of what every object has.
    static JsonNode withObjectFields(JsonNode schema) {
        ObjectNode copy = JsonNodeFactory.instance.objectNode();
        copy.setAll((ObjectNode) schema);
        ObjectNode properties = JsonNodeFactory.instance.objectNode();
        if (schema.path("properties") instanceof ObjectNode given) {
            properties.setAll(given);
        }
        properties.putObject("apiVersion").put("type", "string");
        properties.putObject("kind").put("type", "string");
        ObjectNode metadata = properties.putObject("metadata").put("type", "object");
        metadata.putObject("properties").putObject("name").put("type", "string");
        metadata.withObject("/properties").putObject("generateName").put("type", "string");
        copy.set("properties", properties);
        return copy;
    }
}
