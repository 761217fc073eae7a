package dev.glovebox.apiserver.structural;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;

/// What the items of a list were before: only a list of type `map` tells, by its keys.
public final class CorrelatedItems {
    private final JsonNode schema;
    private final Map<ObjectNode, JsonNode> old;

    private CorrelatedItems(JsonNode schema, Map<ObjectNode, JsonNode> old) {
        this.schema = schema;
        this.old = old;
    }

    /// The items of the list before.
    public static CorrelatedItems of(JsonNode schema, JsonNode before) {
        Map<ObjectNode, JsonNode> items = new HashMap<>();
        if (schema.path("x-kubernetes-list-type").asText().equals("map")) {
            before.forEach(item -> items.put(ListTypes.key(schema, item), item));
        }
        return new CorrelatedItems(schema, items);
    }

    /// What an item was before; missing where it was not, or where nobody can tell.
    public JsonNode of(JsonNode item) {
        JsonNode found = old.isEmpty() ? null : old.get(ListTypes.key(schema, item));
        return found == null ? MissingNode.getInstance() : found;
    }
}
