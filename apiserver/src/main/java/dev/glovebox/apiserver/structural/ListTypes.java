package dev.glovebox.apiserver.structural;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Checks that lists which are sets or maps have no two items that are the same. Source:
/// apiextensions' `schema/listtype`.
public final class ListTypes {
    private ListTypes() {}

    /// Notes every item that another one before it already is, once a value.
    public static void check(Path path, JsonNode schema, JsonNode value, FieldErrors errors) {
        if (value instanceof ArrayNode list) {
            switch (schema.path("x-kubernetes-list-type").asText()) {
                case "set" -> unique(path, items(list), errors);
                case "map" -> map(path, schema, list, errors);
                default -> {}
            }
            for (int i = 0; i < list.size(); i++) {
                check(path.index(i), schema.path("items"), list.get(i), errors);
            }
        } else if (value instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> field : object.properties()) {
                JsonNode property = schema.path("properties").path(field.getKey());
                if (property.isObject()) {
                    check(path.field(field.getKey()), property, field.getValue(), errors);
                } else if (schema.path("additionalProperties").isObject()) {
                    check(
                            path.key(field.getKey()),
                            schema.path("additionalProperties"),
                            field.getValue(),
                            errors);
                }
            }
        }
    }

    private static void map(Path path, JsonNode schema, ArrayNode list, FieldErrors errors) {
        List<JsonNode> keys = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            JsonNode item = list.get(i);
            if (!item.isObject() && !item.isNull()) {
                errors.invalidAsIs(
                        path.index(i), item, "must be an object for an array of list-type map");
                return;
            }
            keys.add(key(schema, item));
        }
        unique(path, keys, errors);
    }

    /// What tells an item of a list of type `map` from the others.
    public static ObjectNode key(JsonNode schema, JsonNode item) {
        ObjectNode key = JsonNodeFactory.instance.objectNode();
        for (JsonNode name : schema.path("x-kubernetes-list-map-keys")) {
            JsonNode value = item.get(name.asText());
            if (value != null) {
                key.set(name.asText(), value);
            }
        }
        return key;
    }

    private static List<JsonNode> items(ArrayNode list) {
        List<JsonNode> items = new ArrayList<>();
        list.forEach(items::add);
        return items;
    }

    private static void unique(Path path, List<JsonNode> items, FieldErrors errors) {
        Map<JsonNode, Integer> seen = new HashMap<>();
        for (int i = 0; i < items.size(); i++) {
            if (seen.merge(items.get(i), 1, Integer::sum) == 2) {
                errors.duplicateAsIs(path.index(i), items.get(i));
            }
        }
    }
}
