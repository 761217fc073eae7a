package dev.glovebox.apiserver.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.schema.Form;
import dev.glovebox.apiserver.schema.Schema;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Strategic merge patch: a merge patch that knows by the schema which lists to merge and by which
/// key, with directives (`$patch`, `$retainKeys`, `$setElementOrder`, `$deleteFromPrimitiveList`).
/// Source: Kubernetes' description of it, and what kube-apiserver answers.
public final class StrategicMergePatch {
    private static final String DIRECTIVE = "$patch";
    private static final String RETAIN = "$retainKeys";
    private static final String ORDER = "$setElementOrder/";
    private static final String DELETE = "$deleteFromPrimitiveList/";

    private StrategicMergePatch() {}

    /// The patched copy; the original is left alone.
    ///
    /// @throws PatchException when a directive is unknown or a merge key is missing
    public static ObjectNode apply(ObjectNode original, ObjectNode patch, Schema schema) {
        return object(original, patch, Optional.of(schema));
    }

    static ObjectNode object(ObjectNode original, ObjectNode patch, Optional<Schema> schema) {
        JsonNode directive = patch.get(DIRECTIVE);
        if (directive != null) {
            return directed(directive.asText(), original, patch, schema);
        }
        ObjectNode result = original.deepCopy();
        if (patch.path(RETAIN).isArray()) {
            Set<String> kept = new HashSet<>();
            patch.path(RETAIN).forEach(key -> kept.add(key.asText()));
            result.retain(kept);
        }
        for (Map.Entry<String, JsonNode> field : patch.properties()) {
            String name = field.getKey();
            if (name.startsWith(DELETE)) {
                PatchedList.deleteValues(result, name.substring(DELETE.length()), field.getValue());
            } else if (name.startsWith(ORDER)) {
                reorder(result, patch, name.substring(ORDER.length()), field.getValue(), schema);
            } else if (!name.equals(RETAIN)) {
                field(result, name, field.getValue(), patch.get(ORDER + name), child(schema, name));
            }
        }
        return result;
    }

    private static void field(
            ObjectNode result,
            String name,
            JsonNode value,
            @Nullable JsonNode order,
            Optional<Schema> schema) {
        JsonNode before = result.path(name);
        if (value.isNull()) {
            result.remove(name);
        } else if (value instanceof ObjectNode patch) {
            ObjectNode base =
                    before instanceof ObjectNode object
                            ? object
                            : JsonNodeFactory.instance.objectNode();
            result.set(name, object(base, patch, schema));
        } else if (value instanceof ArrayNode patch) {
            ArrayNode base =
                    before instanceof ArrayNode array
                            ? array
                            : JsonNodeFactory.instance.arrayNode();
            result.set(
                    name,
                    schema.filter(Schema::merges)
                            .map(list -> new PatchedList(list).merge(base, patch, order))
                            .orElseGet(patch::deepCopy));
        } else {
            result.set(name, value.deepCopy());
        }
    }

    /// An order may come without a change of the list.
    private static void reorder(
            ObjectNode result,
            ObjectNode patch,
            String name,
            JsonNode order,
            Optional<Schema> schema) {
        Optional<Schema> list = child(schema, name).filter(Schema::merges);
        if (!patch.has(name) && list.isPresent() && result.get(name) instanceof ArrayNode array) {
            ArrayNode nothing = JsonNodeFactory.instance.arrayNode();
            result.set(name, new PatchedList(list.get()).merge(array, nothing, order));
        }
    }

    private static ObjectNode directed(
            String directive, ObjectNode original, ObjectNode patch, Optional<Schema> schema) {
        ObjectNode rest = patch.deepCopy();
        rest.remove(DIRECTIVE);
        return switch (directive) {
            case "replace" -> object(JsonNodeFactory.instance.objectNode(), rest, schema);
            case "delete" -> JsonNodeFactory.instance.objectNode();
            case "merge" -> object(original, rest, schema);
            default ->
                    throw new PatchException(
                            "unknown patch type: %s in map: map[%s]"
                                    .formatted(directive, names(patch)));
        };
    }

    static String names(ObjectNode object) {
        StringBuilder names = new StringBuilder();
        object.properties()
                .forEach(field ->
                        names.append(names.isEmpty() ? "" : " ")
                                .append(field.getKey())
                                .append(':')
                                .append(field.getValue().asText()));
        return names.toString();
    }

    private static Optional<Schema> child(Optional<Schema> schema, String name) {
        return schema.flatMap(parent ->
                parent.form() == Form.MAP ? Optional.of(parent.items()) : parent.property(name));
    }
}
