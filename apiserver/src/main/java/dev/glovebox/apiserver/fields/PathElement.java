package dev.glovebox.apiserver.fields;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/// One step from a value to one in it. Ordered as Kubernetes orders them: fields, then items by
/// key, by value, by place.
sealed interface PathElement extends Comparable<PathElement> {
    /// A field of a struct or a key of a map.
    record Field(String name) implements PathElement {
        @Override
        public String toString() {
            return "." + name;
        }
    }

    /// The item of a list whose fields have these values.
    ///
    /// @param fields sorted by name
    record Key(List<Named> fields) implements PathElement {
        public Key {
            fields = List.copyOf(fields);
        }

        @Override
        public String toString() {
            return "[" + String.join(",", fields.stream().map(Named::toString).toList()) + "]";
        }
    }

    /// A field of a key.
    record Named(String name, JsonNode value) {
        @Override
        public String toString() {
            return name + "=" + value;
        }
    }

    /// The item of a set of plain values that is this value.
    record Value(JsonNode value) implements PathElement {
        @Override
        public String toString() {
            return "[=" + value + "]";
        }
    }

    /// The item at this place of a list. Kubernetes reads these and never writes them.
    record Index(int index) implements PathElement {
        @Override
        public String toString() {
            return "[" + index + "]";
        }
    }

    private static int rank(PathElement element) {
        return switch (element) {
            case Field field -> 0;
            case Key key -> 1;
            case Value value -> 2;
            case Index index -> 3;
        };
    }

    @Override
    default int compareTo(PathElement other) {
        if (this instanceof Field(String name) && other instanceof Field(String otherName)) {
            return name.compareTo(otherName);
        }
        if (this instanceof Key(List<Named> own) && other instanceof Key(List<Named> others)) {
            return compare(own, others);
        }
        if (this instanceof Value(JsonNode value) && other instanceof Value(JsonNode otherValue)) {
            return Values.compare(value, otherValue);
        }
        if (this instanceof Index(int index) && other instanceof Index(int otherIndex)) {
            return Integer.compare(index, otherIndex);
        }
        return Integer.compare(rank(this), rank(other));
    }

    private static int compare(List<Named> own, List<Named> others) {
        for (int i = 0; i < Math.min(own.size(), others.size()); i++) {
            int byName = own.get(i).name().compareTo(others.get(i).name());
            int order =
                    byName == 0
                            ? Values.compare(own.get(i).value(), others.get(i).value())
                            : byName;
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(own.size(), others.size());
    }
}
