package dev.glovebox.apiserver.crds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.kinds.Trees;
import dev.glovebox.apiserver.schema.Scalars;
import java.time.Instant;

/// Conditions in the status of a definition.
final class Conditions {
    /// A condition without a time.
    record Condition(String type, boolean status, String reason, String message) {}

    private Conditions() {}

    static boolean isTrue(JsonNode definition, String type) {
        return find(definition, type).path("status").asText().equals("True");
    }

    static JsonNode find(JsonNode definition, String type) {
        for (JsonNode condition : definition.path("status").path("conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition;
            }
        }
        return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
    }

    /// Sets a condition; its time changes with its status alone.
    static void set(ObjectNode definition, Condition condition, Instant now) {
        ArrayNode conditions = Trees.list(Trees.object(definition, "status"), "conditions");
        String status = condition.status() ? "True" : "False";
        ObjectNode set =
                find(definition, condition.type()) instanceof ObjectNode found
                        ? found
                        : conditions.addObject().put("type", condition.type());
        if (!set.path("status").asText().equals(status)) {
            set.put("lastTransitionTime", Scalars.time(now));
        }
        set.put("status", status)
                .put("reason", condition.reason())
                .put("message", condition.message());
    }
}
