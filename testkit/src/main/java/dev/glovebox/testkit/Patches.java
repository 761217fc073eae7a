package dev.glovebox.testkit;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.cluster.Patch;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import java.util.Map;

/// Applies patches to a tree. Of RFC 6902 it knows add, replace, remove and test; of strategic
/// merge patches the merge keys of the lists below.
final class Patches {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static final Map<String, String> MERGE_KEYS =
            Map.of(
                    "conditions", "type",
                    "containers", "name",
                    "initContainers", "name",
                    "ephemeralContainers", "name",
                    "volumes", "name",
                    "env", "name",
                    "addresses", "type",
                    "volumeMounts", "mountPath",
                    "podIPs", "ip",
                    "ports", "containerPort");

    private Patches() {}

    /// The object with the patch applied; the given one stays as it is.
    static ObjectNode apply(Patch patch, ObjectNode object) {
        JsonNode change = parse(patch.json());
        ObjectNode copy = object.deepCopy();
        return switch (patch) {
            case Patch.Merge merge -> (ObjectNode) merge(copy, change);
            case Patch.StrategicMerge strategic -> strategic(copy, (ObjectNode) change);
            case Patch.Json operations -> operations(copy, change);
        };
    }

    private static JsonNode parse(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new ApiException(StatusReason.BAD_REQUEST, "a malformed patch: " + e);
        }
    }

    /// RFC 7386, section 2.
    private static JsonNode merge(JsonNode target, JsonNode patch) {
        if (!patch.isObject()) {
            return patch;
        }
        ObjectNode result = target.isObject() ? (ObjectNode) target : empty();
        for (Map.Entry<String, JsonNode> field : patch.properties()) {
            if (field.getValue().isNull()) {
                result.remove(field.getKey());
            } else {
                result.set(field.getKey(), merge(result.path(field.getKey()), field.getValue()));
            }
        }
        return result;
    }

    private static ObjectNode strategic(ObjectNode target, ObjectNode patch) {
        for (Map.Entry<String, JsonNode> field : patch.properties()) {
            String name = field.getKey();
            JsonNode value = field.getValue();
            if (value.isNull()) {
                target.remove(name);
            } else if (value.isObject()) {
                ObjectNode inner = target.path(name) instanceof ObjectNode old ? old : empty();
                target.set(name, strategic(inner, (ObjectNode) value));
            } else if (value instanceof ArrayNode items
                    && MERGE_KEYS.containsKey(name)
                    && target.path(name) instanceof ArrayNode old) {
                mergeList(old, items, MERGE_KEYS.getOrDefault(name, ""));
            } else {
                target.set(name, value);
            }
        }
        return target;
    }

    private static void mergeList(ArrayNode target, ArrayNode patch, String mergeKey) {
        for (JsonNode item : patch) {
            int at = indexOf(target, mergeKey, item.path(mergeKey));
            boolean remove = item.path("$patch").asText().equals("delete");
            if (at < 0 && !remove) {
                target.add(item);
            } else if (at >= 0 && remove) {
                target.remove(at);
            } else if (at >= 0) {
                strategic((ObjectNode) target.get(at), (ObjectNode) item);
            }
        }
    }

    private static int indexOf(ArrayNode list, String mergeKey, JsonNode value) {
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i).path(mergeKey).equals(value)) {
                return i;
            }
        }
        return -1;
    }

    private static ObjectNode operations(ObjectNode target, JsonNode operations) {
        for (JsonNode operation : operations) {
            JsonPointer path = JsonPointer.compile(operation.path("path").asText());
            JsonNode parent = target.at(path.head());
            String last = path.last().getMatchingProperty();
            JsonNode value = operation.path("value");
            switch (operation.path("op").asText()) {
                case "add", "replace" -> set(parent, last, value);
                case "remove" -> remove(parent, last);
                case "test" -> {
                    if (!target.at(path).equals(value)) {
                        throw new ApiException(
                                StatusReason.INVALID, "the test of " + path + " failed");
                    }
                }
                default ->
                        throw new ApiException(
                                StatusReason.BAD_REQUEST, "unknown operation: " + operation);
            }
        }
        return target;
    }

    private static void set(JsonNode parent, String last, JsonNode value) {
        switch (parent) {
            case ObjectNode object -> object.set(last, value);
            case ArrayNode array when last.equals("-") -> array.add(value);
            case ArrayNode array -> array.insert(Integer.parseInt(last), value);
            default -> throw new ApiException(StatusReason.INVALID, "no such place: " + last);
        }
    }

    private static void remove(JsonNode parent, String last) {
        switch (parent) {
            case ObjectNode object when object.has(last) -> object.remove(last);
            case ArrayNode array -> array.remove(Integer.parseInt(last));
            default -> throw new ApiException(StatusReason.INVALID, "no such place: " + last);
        }
    }

    private static ObjectNode empty() {
        return JsonNodeFactory.instance.objectNode();
    }
}
