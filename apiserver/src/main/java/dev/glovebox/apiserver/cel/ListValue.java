package dev.glovebox.apiserver.cel;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;

/// A list of an object while expressions look at it; it knows its type of list.
final class ListValue extends AbstractList<Object> implements RandomAccess, Weighted {
    /// How the items belong together.
    enum Kind {
        /// One value.
        ATOMIC,
        /// In no order.
        SET,
        /// In no order, told apart by keys.
        MAP
    }

    private final List<Object> items;
    private final Kind kind;
    private final List<String> keys;
    private final long weight;

    private ListValue(List<Object> items, Kind kind, List<String> keys) {
        this.items = items;
        this.kind = kind;
        this.keys = keys;
        this.weight = 1 + items.stream().mapToLong(Weights::of).sum();
    }

    static ListValue of(List<Object> items, JsonNode schema) {
        Kind kind =
                switch (schema.path("x-kubernetes-list-type").asText()) {
                    case "set" -> Kind.SET;
                    case "map" -> Kind.MAP;
                    default -> Kind.ATOMIC;
                };
        List<String> keys = new java.util.ArrayList<>();
        schema.path("x-kubernetes-list-map-keys")
                .forEach(key -> Escapes.escape(key.asText()).ifPresent(keys::add));
        return new ListValue(List.copyOf(items), kind, List.copyOf(keys));
    }

    /// Another list of the same type.
    ListValue with(List<Object> others) {
        return new ListValue(List.copyOf(others), kind, keys);
    }

    Kind kind() {
        return kind;
    }

    /// Identifiers of the fields that tell items apart.
    List<String> keys() {
        return keys;
    }

    @Override
    public Object get(int index) {
        return items.get(index);
    }

    @Override
    public int size() {
        return items.size();
    }

    @Override
    public long weight() {
        return weight;
    }
}
