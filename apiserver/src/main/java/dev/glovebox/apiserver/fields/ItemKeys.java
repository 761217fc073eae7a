package dev.glovebox.apiserver.fields;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Tells the items of a list apart.
final class ItemKeys {
    private ItemKeys() {}

    /// What selects an item of a list that is not owned as a whole.
    ///
    /// @param list shape of the list
    /// @throws MalformedFieldsException when the item has nothing by which it could be selected
    static PathElement of(Shape list, JsonNode item) {
        return list.keys().isEmpty() ? byValue(item) : byKey(list, item);
    }

    private static PathElement byKey(Shape list, JsonNode item) {
        if (item.isNull()) {
            throw new MalformedFieldsException(
                    "associative list with keys may not have a null element");
        }
        if (!item.isObject()) {
            throw new MalformedFieldsException(
                    "associative list with keys may not have non-map elements");
        }
        List<PathElement.Named> fields = new ArrayList<>(list.keys().size());
        for (String key : list.keys()) {
            JsonNode value = item.get(key);
            JsonNode known = value == null ? list.keyDefault(key) : value;
            if (known != null) {
                fields.add(new PathElement.Named(key, known));
            }
        }
        if (fields.isEmpty()) {
            List<String> quoted = list.keys().stream().map(key -> "\"" + key + "\"").toList();
            throw new MalformedFieldsException(
                    ("associative list with keys has an element that omits all key fields [%s] (and"
                                    + " doesn't have default values for any key fields)")
                            .formatted(String.join(" ", quoted)));
        }
        fields.sort(Comparator.comparing(PathElement.Named::name));
        return new PathElement.Key(fields);
    }

    private static PathElement byValue(JsonNode item) {
        return switch (item.getNodeType()) {
            case OBJECT ->
                    throw new MalformedFieldsException(
                            "associative list without keys has an element that's a map type");
            case ARRAY ->
                    throw new MalformedFieldsException(
                            "not supported: associative list with lists as elements");
            case NULL ->
                    throw new MalformedFieldsException(
                            "associative list without keys has an element that's an explicit"
                                    + " null");
            default -> new PathElement.Value(item);
        };
    }
}
