package dev.glovebox.apiserver.fields;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Takes out of an object what a manager applied before and does not apply any more, as far as
/// nobody else has it. Source: structured-merge-diff's `merge.Updater`.
final class Pruning {
    private final Shape shape;
    private final ObjectNode merged;
    private final FieldSet all;

    private Pruning(Shape shape, ObjectNode merged) {
        this.shape = shape;
        this.merged = merged;
        this.all = OwnedFields.of(shape, merged).named(shape);
    }

    /// The object without what was dropped; the given one is left alone.
    ///
    /// @param before what the manager applied last time
    /// @param owned what anybody has now, the manager itself included
    static ObjectNode of(Target target, ObjectNode merged, Owned before, Collection<Owned> owned) {
        Map<String, FieldSet> versions = new TreeMap<>();
        owned.forEach(each ->
                versions.merge(target.shownIn(each.apiVersion()), each.fields(), FieldSet::union));
        String own = target.apiVersion();
        if (target.shownIn(before.apiVersion()).equals(own)
                && versions.keySet().equals(Set.of(own))) {
            FieldSet all = versions.getOrDefault(own, FieldSet.EMPTY);
            return of(target.shape(), merged, before.fields(), all);
        }
        return acrossVersions(target, merged, before, versions);
    }

    private static ObjectNode of(Shape shape, ObjectNode merged, FieldSet before, FieldSet owned) {
        return before.minus(owned).isEmpty()
                ? merged
                : new Pruning(shape, merged).pruned(before.named(shape), owned.named(shape));
    }

    /// What is dropped in the version in which it was applied is put back as far as anybody has it
    /// in their own version; that version comes first, as a conversion may need what is put back.
    private static ObjectNode acrossVersions(
            Target target, ObjectNode merged, Owned before, Map<String, FieldSet> owned) {
        String version = before.apiVersion();
        ObjectNode base = target.in(version, merged);
        Pruning first = new Pruning(target.shape(version), base);
        FieldSet last = before.fields().named(first.shape);
        ObjectNode kept = first.without(last);
        Deque<String> versions = new ArrayDeque<>(owned.keySet());
        if (versions.remove(version)) {
            versions.addFirst(version);
        }
        for (String each : versions) {
            Pruning there = new Pruning(target.shape(each), target.in(each, base));
            FieldSet theirs = owned.getOrDefault(each, FieldSet.EMPTY).named(there.shape);
            FieldSet left = there.fields(target.in(each, kept)).union(theirs);
            kept = there.without(there.all.minus(left));
        }
        FieldSet gone = first.all.minus(first.fields(target.in(version, kept)));
        return target.in(target.apiVersion(), first.without(gone.intersection(last)));
    }

    private ObjectNode pruned(FieldSet before, FieldSet owned) {
        FieldSet left = fields(without(before)).union(owned);
        ObjectNode kept = without(all.minus(left));
        return without(all.minus(fields(kept)).intersection(before));
    }

    private FieldSet fields(ObjectNode object) {
        return OwnedFields.of(shape, object).named(shape);
    }

    private ObjectNode without(FieldSet fields) {
        return without(shape, merged, fields) instanceof ObjectNode object
                ? object
                : JsonNodeFactory.instance.objectNode();
    }

    private static JsonNode without(Shape shape, JsonNode value, FieldSet fields) {
        Shape.Form form = shape.form(value);
        if (form == Shape.Form.SCALAR) {
            return value;
        }
        boolean container = form == Shape.Form.MAP ? value.isObject() : value.isArray();
        if (!container || value.isEmpty() || shape.isWhole(form)) {
            return NullNode.instance;
        }
        return form == Shape.Form.MAP ? map(shape, value, fields) : list(shape, value, fields);
    }

    private static JsonNode map(Shape shape, JsonNode map, FieldSet fields) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> field : map.properties()) {
            PathElement element = new PathElement.Field(field.getKey());
            if (fields.has(element)) {
                continue;
            }
            Shape next = shape.field(field.getKey());
            FieldSet below = fields.below(element);
            result.set(
                    field.getKey(),
                    below.isEmpty() || next == null
                            ? field.getValue()
                            : without(next, field.getValue(), below));
        }
        return result.isEmpty() ? NullNode.instance : result;
    }

    private static JsonNode list(Shape shape, JsonNode list, FieldSet fields) {
        ArrayNode result = JsonNodeFactory.instance.arrayNode();
        for (JsonNode item : list) {
            PathElement element = ItemKeys.of(shape, item);
            FieldSet below = fields.below(element);
            if (!fields.has(element)) {
                result.add(below.isEmpty() ? item : without(shape.items(), item, below));
            }
        }
        return result.isEmpty() ? NullNode.instance : result;
    }
}
