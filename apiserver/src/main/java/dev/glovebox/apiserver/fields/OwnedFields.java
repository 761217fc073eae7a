package dev.glovebox.apiserver.fields;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// The fields that an object has: what one who applies it owns.
final class OwnedFields {
    private OwnedFields() {}

    /// All leaves of a value, its items and its entries of maps.
    ///
    /// @throws MalformedFieldsException when an item of a list has no key
    static FieldSet of(Shape shape, JsonNode value) {
        FieldSet fields = new FieldSet();
        Shape.Form form = shape.form(value);
        if (shape.isWhole(form)) {
            return fields;
        }
        if (form == Shape.Form.MAP && value.isObject()) {
            map(shape, value, fields);
        } else if (form == Shape.Form.LIST && value.isArray()) {
            list(shape, value, fields);
        }
        return fields;
    }

    private static void map(Shape shape, JsonNode map, FieldSet fields) {
        for (Map.Entry<String, JsonNode> field : map.properties()) {
            Shape next = shape.field(field.getKey());
            if (next == null) {
                continue;
            }
            JsonNode value = field.getValue();
            boolean member =
                    next.isWhole(next.form(value))
                            || value.isNull()
                            || (value.isObject() && value.isEmpty())
                            || shape.declared(field.getKey()) == null;
            fields.put(new PathElement.Field(field.getKey()), member, of(next, value));
        }
    }

    private static void list(Shape shape, JsonNode list, FieldSet fields) {
        Set<PathElement> seen = new TreeSet<>();
        for (JsonNode item : list) {
            PathElement element = ItemKeys.of(shape, item);
            // An item that is there twice is owned, but nothing in it.
            FieldSet below = seen.add(element) ? of(shape.items(), item) : FieldSet.EMPTY;
            fields.put(element, true, below);
        }
    }
}
