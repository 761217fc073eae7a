package dev.glovebox.apiserver.patch;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/// JSON patch. Source: RFC 6902, and where Kubernetes' library is more lenient, that: `replace` of
/// a field that is absent adds it.
public final class JsonPatch {
    /// Most operations of one patch, as in Kubernetes.
    public static final int MOST_OPERATIONS = 10_000;

    /// Most characters that `copy` may multiply into the object.
    private static final long MOST_COPIED = 3L << 20;

    /// Deepest nesting of the result, which is what a body may have.
    private static final int DEEPEST = 500;

    private JsonNode root;
    private long copied;

    private JsonPatch(JsonNode root) {
        this.root = root;
    }

    /// The patched copy; the original is left alone.
    ///
    /// @param operations the patch, a list
    /// @throws PatchException when an operation does not apply
    public static JsonNode apply(JsonNode original, JsonNode operations) {
        JsonPatch patch = new JsonPatch(original.deepCopy());
        for (JsonNode operation : operations) {
            patch.apply(operation);
        }
        return patch.root;
    }

    private void apply(JsonNode operation) {
        JsonPointer path = pointer(operation, "path");
        switch (operation.path("op").asText()) {
            case "add" -> add(path, value(operation).deepCopy());
            case "remove" -> remove(path);
            case "replace" -> replace(path, value(operation).deepCopy());
            case "move" -> {
                JsonPointer from = pointer(operation, "from");
                JsonNode moved = get(from).deepCopy();
                remove(from);
                add(path, moved);
            }
            case "copy" -> {
                JsonNode source = get(pointer(operation, "from"));
                copied += source.toString().length();
                if (copied > MOST_COPIED) {
                    throw new PatchException("copies exceed " + MOST_COPIED + " characters");
                }
                add(path, source.deepCopy());
            }
            case "test" -> {
                if (!root.at(path).equals(value(operation))
                        && !(root.at(path).isMissingNode() && value(operation).isNull())) {
                    throw new PatchException("testing value " + path + " failed");
                }
            }
            default ->
                    throw new PatchException("Unexpected kind: " + operation.path("op").asText());
        }
    }

    /// Many operations that nest a little nest a lot.
    private static void checkDepth(JsonPointer path, JsonNode value) {
        int depth = depth(value);
        for (JsonPointer rest = path; rest != null && !rest.matches(); rest = rest.tail()) {
            depth++;
        }
        if (depth > DEEPEST) {
            throw new PatchException("nested more than " + DEEPEST + " deep");
        }
    }

    private static int depth(JsonNode value) {
        int deepest = 0;
        for (JsonNode child : value) {
            deepest = Math.max(deepest, 1 + depth(child));
        }
        return deepest;
    }

    private void add(JsonPointer path, JsonNode value) {
        checkDepth(path, value);
        if (path.matches()) {
            root = value;
            return;
        }
        String last = path.last().getMatchingProperty();
        switch (parent(path)) {
            case ObjectNode object -> object.set(last, value);
            case ArrayNode array -> {
                int index = last.equals("-") ? array.size() : index(last, array.size());
                array.insert(index, value);
            }
            default -> throw missing(path);
        }
    }

    private void replace(JsonPointer path, JsonNode value) {
        checkDepth(path, value);
        if (path.matches()) {
            root = value;
            return;
        }
        String last = path.last().getMatchingProperty();
        switch (parent(path)) {
            case ObjectNode object -> object.set(last, value);
            case ArrayNode array -> array.set(index(last, array.size() - 1), value);
            default -> throw missing(path);
        }
    }

    private void remove(JsonPointer path) {
        if (path.matches()) {
            throw missing(path);
        }
        String last = path.last().getMatchingProperty();
        switch (parent(path)) {
            case ObjectNode object -> {
                if (object.remove(last) == null) {
                    throw missing(path);
                }
            }
            case ArrayNode array -> array.remove(index(last, array.size() - 1));
            default -> throw missing(path);
        }
    }

    private JsonNode parent(JsonPointer path) {
        return root.at(path.head());
    }

    private JsonNode get(JsonPointer path) {
        JsonNode found = root.at(path);
        if (found.isMissingNode()) {
            throw missing(path);
        }
        return found;
    }

    private static int index(String text, int most) {
        try {
            int index = Integer.parseInt(text);
            if (index >= 0 && index <= most) {
                return index;
            }
        } catch (NumberFormatException e) {
            throw new PatchException("no index: " + text);
        }
        throw new PatchException("index out of bounds: " + text);
    }

    private static JsonPointer pointer(JsonNode operation, String field) {
        if (!operation.path(field).isTextual()) {
            throw new PatchException("operation without " + field);
        }
        try {
            return JsonPointer.compile(operation.path(field).asText());
        } catch (IllegalArgumentException e) {
            throw new PatchException("no JSON pointer: " + operation.path(field).asText());
        }
    }

    private static JsonNode value(JsonNode operation) {
        JsonNode value = operation.get("value");
        if (value == null) {
            throw new PatchException("operation without value");
        }
        return value;
    }

    private static PatchException missing(JsonPointer path) {
        return new PatchException("missing path: " + path);
    }
}
