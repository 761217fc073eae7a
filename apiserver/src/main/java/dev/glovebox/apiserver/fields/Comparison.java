package dev.glovebox.apiserver.fields;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What differs between two states of an object.
///
/// @param removed fields that only the old state has
/// @param modified fields that both have, with different values
/// @param added fields that only the new state has
record Comparison(FieldSet removed, FieldSet modified, FieldSet added) {
    private enum Change {
        NONE,
        REMOVED,
        MODIFIED,
        ADDED
    }

    /// Compares two states.
    ///
    /// @throws MalformedFieldsException when an item of a list has no key
    static Comparison of(Shape shape, JsonNode old, JsonNode now) {
        Comparison found = blank();
        walk(shape, old, now, found);
        return found;
    }

    private static Comparison blank() {
        return new Comparison(new FieldSet(), new FieldSet(), new FieldSet());
    }

    boolean isEmpty() {
        return removed.isEmpty() && modified.isEmpty() && added.isEmpty();
    }

    /// The part that a filter lets through.
    Comparison filtered(FieldFilter filter) {
        return new Comparison(filter.apply(removed), filter.apply(modified), filter.apply(added));
    }

    /// Fields that have another value now.
    FieldSet changed() {
        return modified.union(added);
    }

    private static Change walk(
            Shape shape, @Nullable JsonNode old, @Nullable JsonNode now, Comparison inner) {
        boolean leaf = false;
        Shape.Form oldForm = old == null ? null : shape.form(old);
        Shape.Form nowForm = now == null ? null : shape.form(now);
        if (oldForm != null && oldForm != nowForm) {
            leaf = descend(oldForm, shape, old, now, inner);
        }
        if (nowForm != null) {
            leaf |= descend(nowForm, shape, old, now, inner);
        }
        if (old == null || now == null) {
            return old == null ? Change.ADDED : Change.REMOVED;
        }
        return leaf && !Values.equal(old, now) ? Change.MODIFIED : Change.NONE;
    }

    /// Whether the values are one field.
    private static boolean descend(
            Shape.Form form,
            Shape shape,
            @Nullable JsonNode old,
            @Nullable JsonNode now,
            Comparison inner) {
        boolean map = form == Shape.Form.MAP;
        JsonNode before = container(old, map);
        JsonNode after = container(now, map);
        boolean nothing =
                (before == null || before.isEmpty()) && (after == null || after.isEmpty());
        if (shape.isWhole(form) || nothing) {
            return true;
        }
        if (map) {
            maps(shape, before, after, inner);
        } else {
            lists(shape, before, after, inner);
        }
        return false;
    }

    private static @Nullable JsonNode container(@Nullable JsonNode value, boolean map) {
        return value != null && (map ? value.isObject() : value.isArray()) ? value : null;
    }

    private static void maps(
            Shape shape, @Nullable JsonNode old, @Nullable JsonNode now, Comparison found) {
        if (old != null) {
            for (Map.Entry<String, JsonNode> field : old.properties()) {
                String name = field.getKey();
                field(shape, name, field.getValue(), now == null ? null : now.get(name), found);
            }
        }
        if (now != null) {
            for (Map.Entry<String, JsonNode> field : now.properties()) {
                if (old == null || !old.has(field.getKey())) {
                    field(shape, field.getKey(), null, field.getValue(), found);
                }
            }
        }
    }

    private static void field(
            Shape shape,
            String name,
            @Nullable JsonNode old,
            @Nullable JsonNode now,
            Comparison found) {
        Shape next = shape.field(name);
        if (next != null) {
            child(next, new PathElement.Field(name), old, now, found);
        }
    }

    private static void child(
            Shape shape,
            PathElement element,
            @Nullable JsonNode old,
            @Nullable JsonNode now,
            Comparison found) {
        Comparison inner = blank();
        found.put(element, walk(shape, old, now, inner), inner);
    }

    private void put(PathElement element, Change change, Comparison inner) {
        removed.put(element, change == Change.REMOVED, inner.removed());
        modified.put(element, change == Change.MODIFIED, inner.modified());
        added.put(element, change == Change.ADDED, inner.added());
    }

    private static void lists(
            Shape shape, @Nullable JsonNode old, @Nullable JsonNode now, Comparison found) {
        Map<PathElement, List<JsonNode>> before = items(shape, old);
        Map<PathElement, List<JsonNode>> after = items(shape, now);
        before.forEach((element, items) ->
                item(shape, element, items, after.getOrDefault(element, List.of()), found));
        after.forEach((element, items) -> {
            if (!before.containsKey(element)) {
                item(shape, element, List.of(), items, found);
            }
        });
    }

    private static Map<PathElement, List<JsonNode>> items(Shape shape, @Nullable JsonNode list) {
        Map<PathElement, List<JsonNode>> items = new TreeMap<>();
        if (list != null) {
            for (JsonNode item : list) {
                items.computeIfAbsent(ItemKeys.of(shape, item), any -> new ArrayList<>(1))
                        .add(item);
            }
        }
        return items;
    }

    /// Items that occur more than once are compared as one field.
    private static void item(
            Shape shape,
            PathElement element,
            List<JsonNode> before,
            List<JsonNode> after,
            Comparison found) {
        Shape next = shape.items();
        if (before.size() <= 1 && after.size() <= 1) {
            child(next, element, first(before), first(after), found);
        } else if (before.size() > 1 && after.size() > 1) {
            if (!equal(before, after)) {
                found.put(element, Change.MODIFIED, blank());
            }
        } else {
            Comparison inner = blank();
            boolean fewer = before.size() > 1;
            JsonNode one = first(fewer ? after : before);
            if (one != null) {
                Change change = walk(next, fewer ? null : one, fewer ? one : null, inner);
                found.put(element, change, inner);
            }
            FieldSet marked = fewer ? found.removed() : found.added();
            marked.put(element, true, marked.below(element));
        }
    }

    private static @Nullable JsonNode first(List<JsonNode> items) {
        return items.isEmpty() ? null : items.getFirst();
    }

    private static boolean equal(List<JsonNode> before, List<JsonNode> after) {
        boolean equal = before.size() == after.size();
        for (int i = 0; equal && i < before.size(); i++) {
            equal = Values.equal(before.get(i), after.get(i));
        }
        return equal;
    }
}
