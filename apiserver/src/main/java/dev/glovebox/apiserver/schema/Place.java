package dev.glovebox.apiserver.schema;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// Where in a document a value is. It becomes a text only when somebody is told: to write it down
/// for each of a million values of a deep document would take hours.
final class Place {
    private final @Nullable Place parent;
    private final String text;
    private final String field;

    private Place(@Nullable Place parent, String text, String field) {
        this.parent = parent;
        this.text = text;
        this.field = field;
    }

    static Place root(Schema schema) {
        String name = schema.name();
        return new Place(null, "", name.substring(name.lastIndexOf('.') + 1));
    }

    /// The root of what has no name.
    static Place root() {
        return new Place(null, "", "");
    }

    Place field(String name) {
        return new Place(this, text.isEmpty() && parent == null ? name : "." + name, "." + name);
    }

    Place key(String key) {
        return new Place(this, "." + key, "");
    }

    Place index(int index) {
        return new Place(this, "[" + index + "]", "");
    }

    /// The same place, from which on Go's decoder counts anew.
    Place as(String type) {
        return new Place(this, "", type);
    }

    /// With indexes and keys, for example `spec.containers[0].image`; empty for the root.
    String text() {
        StringBuilder all = new StringBuilder();
        ancestors().forEach(place -> all.append(place.text));
        return all.toString();
    }

    /// As Go's decoder names it: type of the root, fields alone.
    String field() {
        StringBuilder all = new StringBuilder();
        for (Place place : ancestors()) {
            if (place.text.isEmpty()) {
                all.setLength(0);
            }
            all.append(place.field);
        }
        return all.toString();
    }

    private Deque<Place> ancestors() {
        Deque<Place> all = new ArrayDeque<>();
        for (Place place = this; place != null; place = place.parent) {
            all.addFirst(place);
        }
        return all;
    }
}
