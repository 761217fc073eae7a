package dev.glovebox.apiserver.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// What makes a kind another kind under other names: its objects are the other's, kept in the
/// other's place and shape, and what is written through one is read through both.
///
/// @param resource the other kind's, for example `events`; of the core group
/// @param names what this kind calls a field, to what the other kind calls it
/// @param present fields of the other kind that it shows even when they are empty text, and this
///   kind only when they are not
public record Alias(String resource, Map<String, String> names, Set<String> present) {
    /// Copies the collections.
    public Alias {
        Objects.requireNonNull(resource, "resource");
        names = Map.copyOf(names);
        present = Set.copyOf(present);
        if (Set.copyOf(names.values()).size() != names.size()) {
            throw new IllegalArgumentException("two fields of one name: " + names);
        }
    }

    /// Prefix of the other kind's keys in the store.
    public String place() {
        return resource + "/";
    }

    /// The object as the other kind has it; the given one is left alone.
    public ObjectNode toKept(ObjectNode object) {
        ObjectNode kept = object.deepCopy();
        names.forEach((own, other) -> rename(kept, own, other));
        present.forEach(field -> Trees.orText(kept, field, ""));
        return kept;
    }

    /// Changes an object that the other kind has into one of this kind.
    public void fromKept(ObjectNode object) {
        for (String field : present) {
            if (object.path(field).asText().isEmpty()) {
                object.remove(field);
            }
        }
        names.forEach((own, other) -> rename(object, other, own));
    }

    private static void rename(ObjectNode object, String from, String to) {
        JsonNode value = object.remove(from);
        if (value != null) {
            object.set(to, value);
        }
    }
}
