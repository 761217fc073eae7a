package dev.glovebox.apiserver.fields;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.apiserver.schema.Schema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How the fields of a value are owned: each on its own, or the value as a whole. Worked out once
/// from a schema; where a schema says nothing, maps are owned field by field and lists as a whole.
/// Immutable; the fields of a struct are worked out when first asked for.
final class Shape {
    /// What a value is taken for.
    enum Form {
        MAP,
        LIST,
        SCALAR
    }

    /// What a plain value has to be.
    enum Plain {
        NUMERIC,
        STRING,
        BOOLEAN,
        ANY
    }

    private static final Shape ATOMIC = new Shape(true);
    static final Shape DEDUCED = new Shape(false);

    private final @Nullable Schema schema;
    private final boolean map;
    private final boolean list;
    private final @Nullable Plain plain;
    private final boolean wholeMap;
    private final boolean wholeList;
    private final List<String> keys;
    private volatile @Nullable Map<String, Shape> fields;

    /// Anything at all.
    private Shape(boolean wholeMap) {
        this.schema = null;
        this.map = true;
        this.list = true;
        this.plain = Plain.ANY;
        this.wholeMap = wholeMap;
        this.wholeList = true;
        this.keys = List.of();
    }

    private Shape(Schema schema) {
        boolean typed = schema.source().path("type").isTextual();
        this.schema = schema;
        this.map =
                switch (schema.form()) {
                    case STRUCT, MAP -> true;
                    case ANY, INT_OR_STRING ->
                            !typed || schema.source().path("type").asText().equals("object");
                    default -> false;
                };
        boolean anything = map && !typed;
        this.list = anything || schema.form() == dev.glovebox.apiserver.schema.Form.LIST;
        this.plain = anything ? Plain.ANY : plain(schema);
        this.wholeMap = schema.extension("x-kubernetes-map-type").asText().equals("atomic");
        this.wholeList = !isAssociative(schema);
        this.keys = keys(schema);
    }

    /// The shape of what has this schema.
    static Shape of(Schema schema) {
        return schema.name().endsWith(".RawExtension")
                ? ATOMIC
                : schema.derived(Shape.class, Shape::new);
    }

    private static @Nullable Plain plain(Schema schema) {
        return switch (schema.form()) {
            case INTEGER, NUMBER -> Plain.NUMERIC;
            case BOOLEAN -> Plain.BOOLEAN;
            case BYTES -> Plain.STRING;
            case STRING -> schema.source().has("format") ? Plain.ANY : Plain.STRING;
            case QUANTITY, TIME, MICRO_TIME, INT_OR_STRING -> Plain.ANY;
            case STRUCT, MAP, LIST, ANY -> null;
        };
    }

    private static boolean isAssociative(Schema schema) {
        return switch (schema.extension("x-kubernetes-list-type").asText()) {
            case "set", "map" -> true;
            case "" -> schema.merges();
            default -> false;
        };
    }

    private static List<String> keys(Schema schema) {
        List<String> keys = new ArrayList<>();
        if (schema.extension("x-kubernetes-list-type").isMissingNode()) {
            String key = schema.mergeKey();
            return schema.merges() && key != null ? List.of(key) : keys;
        }
        schema.extension("x-kubernetes-list-map-keys").forEach(key -> keys.add(key.asText()));
        return List.copyOf(keys);
    }

    /// What the value is taken for: what it is, where the shape has that, else what the shape has
    /// first.
    Form form(JsonNode value) {
        if (value.isObject() && map) {
            return Form.MAP;
        }
        if (value.isArray() && list) {
            return Form.LIST;
        }
        if (value.isValueNode() && !value.isNull() && plain != null) {
            return Form.SCALAR;
        }
        return map ? Form.MAP : plain != null ? Form.SCALAR : Form.LIST;
    }

    /// What a plain value has to be; null where no plain value may be.
    @Nullable Plain plain() {
        return plain;
    }

    /// Whether a value that is taken for this form is owned as a whole.
    boolean isWhole(Form form) {
        return switch (form) {
            case MAP -> wholeMap;
            case LIST -> wholeList;
            case SCALAR -> true;
        };
    }

    /// Whether whatever is found here is owned as a whole, as far as a schema says so.
    boolean whole() {
        return schema != null && (map ? wholeMap : list && wholeList);
    }

    /// The fields by which items of a list are told apart, sorted; empty for a set of plain values.
    List<String> keys() {
        return keys;
    }

    /// What a field of the key of an item is when the item does not have it; null where it is
    /// nothing then.
    @Nullable JsonNode keyDefault(String field) {
        return schema == null
                ? null
                : schema.items().source().path("properties").path(field).get("default");
    }

    /// Shape of a declared field of a struct; null for anything else.
    @Nullable Shape declared(String field) {
        return fields().get(field);
    }

    /// Shape of a field of a struct or value of a map; null where there may be no such field.
    @Nullable Shape field(String field) {
        Shape declared = declared(field);
        return declared == null ? others() : declared;
    }

    private @Nullable Shape others() {
        if (schema == null) {
            return this;
        }
        return switch (schema.form()) {
            case MAP -> of(schema.items());
            case STRUCT ->
                    schema.preserves() || schema.source().path("properties").isEmpty()
                            ? DEDUCED
                            : null;
            default -> map ? DEDUCED : null;
        };
    }

    /// Shape of the items of a list.
    Shape items() {
        return schema != null && schema.source().has("items") ? of(schema.items()) : ATOMIC;
    }

    /// Shape of what a path element leads to; null where the schema has no such thing.
    @Nullable Shape at(PathElement element) {
        if (element instanceof PathElement.Field(String name)) {
            return map ? field(name) : null;
        }
        return list ? items() : null;
    }

    private Map<String, Shape> fields() {
        Map<String, Shape> known = fields;
        if (known == null) {
            known = schema == null ? Map.of() : fields(schema);
            fields = known;
        }
        return known;
    }

    private static Map<String, Shape> fields(Schema schema) {
        Map<String, Shape> found = new HashMap<>();
        schema.source()
                .path("properties")
                .fieldNames()
                .forEachRemaining(
                        name -> schema.property(name).ifPresent(each -> found.put(name, of(each))));
        return Map.copyOf(found);
    }
}
