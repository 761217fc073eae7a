package dev.glovebox.apiserver.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.schema.Schema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Merges a list by its key, or a list of plain values by their equality.
///
/// The order of the result: what the patch names comes in the patch's order (or in that of
/// `$setElementOrder`); everything else keeps its order and goes before the first named item that
/// stood behind it.
final class PatchedList {
    private final Schema schema;
    private final @Nullable String key;

    PatchedList(Schema schema) {
        this.schema = schema;
        this.key = schema.mergeKey();
    }

    ArrayNode merge(ArrayNode original, ArrayNode patch, @Nullable JsonNode order) {
        for (JsonNode item : patch) {
            if (item.path("$patch").asText().equals("replace")) {
                return replacement(patch);
            }
        }
        Map<JsonNode, JsonNode> merged = new LinkedHashMap<>();
        original.forEach(item -> merged.put(identity(item), item));
        List<JsonNode> before = List.copyOf(merged.keySet());
        List<JsonNode> named = new ArrayList<>();
        for (JsonNode item : patch) {
            JsonNode identity = identity(item);
            if (item.path("$patch").asText().equals("delete")) {
                merged.remove(identity);
                continue;
            }
            named.add(identity);
            merged.put(identity, merged(merged.get(identity), item));
        }
        if (order != null) {
            named.clear();
            order.forEach(item -> named.add(identity(item)));
        }
        return ordered(merged, before, named);
    }

    private JsonNode merged(@Nullable JsonNode before, JsonNode item) {
        if (!(item instanceof ObjectNode patch)) {
            return item;
        }
        ObjectNode base =
                before instanceof ObjectNode object
                        ? object
                        : JsonNodeFactory.instance.objectNode();
        return StrategicMergePatch.object(base, patch, Optional.of(schema.items()));
    }

    private ArrayNode replacement(ArrayNode patch) {
        ArrayNode result = JsonNodeFactory.instance.arrayNode();
        for (JsonNode item : patch) {
            if (!item.has("$patch")) {
                result.add(merged(null, item));
            }
        }
        return result;
    }

    private JsonNode identity(JsonNode item) {
        if (key == null || !(item instanceof ObjectNode object)) {
            return item;
        }
        JsonNode value = object.get(key);
        if (value == null) {
            throw new PatchException(
                    "map: map[%s] does not contain declared merge key: %s"
                            .formatted(StrategicMergePatch.names(object), key));
        }
        return value;
    }

    private static ArrayNode ordered(
            Map<JsonNode, JsonNode> merged, List<JsonNode> before, List<JsonNode> named) {
        Map<JsonNode, Integer> places = new HashMap<>();
        before.forEach(identity -> places.put(identity, places.size()));
        Set<JsonNode> placed = new LinkedHashSet<>(named);
        placed.retainAll(merged.keySet());
        List<JsonNode> result = new ArrayList<>(placed);
        int from = 0;
        for (JsonNode identity : merged.keySet()) {
            if (placed.contains(identity)) {
                continue;
            }
            int place = places.getOrDefault(identity, -1);
            int at = from;
            while (at < result.size() && places.getOrDefault(result.get(at), -1) <= place) {
                at++;
            }
            result.add(at, identity);
            from = at + 1;
        }
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        result.forEach(identity -> array.add(merged.get(identity)));
        return array;
    }

    static void deleteValues(ObjectNode object, String field, JsonNode values) {
        if (!(object.get(field) instanceof ArrayNode list)) {
            return;
        }
        ArrayNode kept = JsonNodeFactory.instance.arrayNode();
        List<JsonNode> gone = new ArrayList<>();
        values.forEach(gone::add);
        list.forEach(item -> {
            if (!gone.contains(item)) {
                kept.add(item);
            }
        });
        if (kept.isEmpty()) {
            object.remove(field);
        } else {
            object.set(field, kept);
        }
    }
}
