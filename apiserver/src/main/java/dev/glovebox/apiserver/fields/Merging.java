package dev.glovebox.apiserver.fields;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Puts an applied configuration over a live object. Nothing is removed by it.
final class Merging {
    private Merging() {}

    /// The live object with everything that the configuration names; both are left alone, and parts
    /// of them are part of the result.
    ///
    /// @throws MalformedFieldsException when an item of a list has no key
    static ObjectNode of(Shape shape, ObjectNode live, ObjectNode config) {
        return merged(shape, live, config) instanceof ObjectNode object
                ? object
                : JsonNodeFactory.instance.objectNode();
    }

    private static @Nullable JsonNode merged(
            Shape shape, @Nullable JsonNode live, @Nullable JsonNode config) {
        JsonNode deciding = config == null ? live : config;
        if (deciding == null) {
            return null;
        }
        Shape.Form form = shape.form(deciding);
        boolean map = form == Shape.Form.MAP;
        JsonNode under = container(live, map);
        JsonNode over = container(config, map);
        boolean nothing = (under == null || under.isEmpty()) && (over == null || over.isEmpty());
        if (shape.isWhole(form) || nothing) {
            return deciding;
        }
        return map ? maps(shape, under, over) : lists(shape, under, over);
    }

    private static @Nullable JsonNode container(@Nullable JsonNode value, boolean map) {
        return value != null && (map ? value.isObject() : value.isArray()) ? value : null;
    }

    private static @Nullable JsonNode maps(
            Shape shape, @Nullable JsonNode live, @Nullable JsonNode config) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        if (live != null) {
            for (Map.Entry<String, JsonNode> field : live.properties()) {
                String name = field.getKey();
                put(
                        shape,
                        name,
                        field.getValue(),
                        config == null ? null : config.get(name),
                        result);
            }
        }
        if (config != null) {
            for (Map.Entry<String, JsonNode> field : config.properties()) {
                if (live == null || !live.has(field.getKey())) {
                    put(shape, field.getKey(), null, field.getValue(), result);
                }
            }
        }
        return result.isEmpty() ? null : result;
    }

    private static void put(
            Shape shape,
            String name,
            @Nullable JsonNode live,
            @Nullable JsonNode config,
            ObjectNode result) {
        Shape next = shape.field(name);
        if (next == null || config == null) {
            result.set(name, live);
            return;
        }
        JsonNode merged = merged(next, live, config);
        if (merged != null) {
            result.set(name, merged);
        }
    }

    /// Items that are in both come in the order of the configuration; items that only the live list
    /// has stay behind those that they stood behind.
    private static @Nullable JsonNode lists(
            Shape shape, @Nullable JsonNode live, @Nullable JsonNode config) {
        Map<PathElement, JsonNode> known = new TreeMap<>();
        List<PathElement> order = new ArrayList<>();
        List<JsonNode> items = new ArrayList<>();
        if (live != null) {
            for (JsonNode item : live) {
                PathElement element = ItemKeys.of(shape, item);
                // What is there twice is not merged with anything.
                known.merge(element, item, (first, second) -> NullNode.instance);
                order.add(element);
                items.add(item);
            }
        }
        Map<PathElement, JsonNode> wanted = new TreeMap<>();
        List<PathElement> wantedOrder = new ArrayList<>();
        if (config != null) {
            for (JsonNode item : config) {
                PathElement element = ItemKeys.of(shape, item);
                wanted.put(element, item);
                wantedOrder.add(element);
            }
        }
        ArrayNode result = JsonNodeFactory.instance.arrayNode();
        new Order(order, items, known, wanted).merge(shape, wantedOrder, result);
        return result.isEmpty() ? null : result;
    }

    /// The live side of a list while it is merged.
    private record Order(
            List<PathElement> order,
            List<JsonNode> items,
            Map<PathElement, JsonNode> known,
            Map<PathElement, JsonNode> wanted) {
        void merge(Shape shape, List<PathElement> wantedOrder, ArrayNode result) {
            Iterator<PathElement> shared =
                    wantedOrder.stream().filter(known::containsKey).iterator();
            PathElement nextShared = next(shared);
            Set<PathElement> done = new TreeSet<>();
            int left = 0;
            int right = 0;
            while (left < order.size() || right < wantedOrder.size()) {
                PathElement mine = left < order.size() ? order.get(left) : null;
                PathElement theirs = right < wantedOrder.size() ? wantedOrder.get(right) : null;
                if (mine != null && theirs != null && mine.compareTo(theirs) == 0) {
                    take(shape, mine, done, result);
                    left++;
                    right++;
                    nextShared = next(shared);
                    continue;
                }
                if (mine != null && wanted.containsKey(mine)) {
                    boolean later = nextShared != null && nextShared.compareTo(mine) != 0;
                    if ((theirs != null && later) || done.contains(mine)) {
                        left++;
                        if (theirs != null && later) {
                            continue;
                        }
                    }
                } else if (mine != null) {
                    result.add(items.get(left));
                    left++;
                    continue;
                }
                if (theirs != null) {
                    take(shape, theirs, done, result);
                    right++;
                    if (nextShared != null && nextShared.compareTo(theirs) == 0) {
                        nextShared = next(shared);
                    }
                }
            }
        }

        private void take(
                Shape shape, PathElement element, Set<PathElement> done, ArrayNode result) {
            done.add(element);
            JsonNode item = merged(shape.items(), known.get(element), wanted.get(element));
            if (item != null) {
                result.add(item);
            }
        }

        private static @Nullable PathElement next(Iterator<PathElement> elements) {
            return elements.hasNext() ? elements.next() : null;
        }
    }
}
