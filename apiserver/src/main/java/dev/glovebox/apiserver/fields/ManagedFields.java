package dev.glovebox.apiserver.fields;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;

/// `metadata.managedFields` as they are stored.
public final class ManagedFields {
    private ManagedFields() {}

    /// What is wrong with a list; empty when nothing is.
    public static Optional<String> wrong(JsonNode fields) {
        try {
            Managed.parse(fields);
            return Optional.empty();
        } catch (MalformedFieldsException e) {
            return Optional.of(e.words());
        }
    }

    /// Whether two lists say the same but for when something was written.
    public static boolean sameButTimes(JsonNode fields, JsonNode others) {
        if (fields.size() != others.size()) {
            return false;
        }
        Iterator<JsonNode> rest = others.elements();
        for (JsonNode entry : fields) {
            if (!sameEntry(entry, rest.next())) {
                return false;
            }
        }
        return true;
    }

    private static boolean sameEntry(JsonNode entry, JsonNode other) {
        if (entry.size() != other.size()) {
            return false;
        }
        for (Map.Entry<String, JsonNode> field : entry.properties()) {
            if (!field.getKey().equals("time")
                    && !field.getValue().equals(other.path(field.getKey()))) {
                return false;
            }
        }
        return true;
    }
}
