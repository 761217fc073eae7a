package dev.glovebox.apiserver;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.model.ApiException;

/// Refusals and bare successes as Kubernetes' `Status`. This is the one place where a refusal
/// becomes an object.
public final class StatusObject {
    private StatusObject() {}

    /// The `Status` of a refusal.
    public static ObjectNode of(ApiException refusal) {
        ObjectNode status = status("Failure");
        if (!refusal.continuation().isEmpty()) {
            status.putObject("metadata").put("continue", refusal.continuation());
        }
        status.put("message", refusal.getMessage());
        if (!refusal.reasonWord().isEmpty()) {
            status.put("reason", refusal.reasonWord());
        }
        ApiException.Details details = refusal.details();
        if (details != null) {
            status.set("details", details(details));
        }
        return status.put("code", refusal.code());
    }

    /// The `Status` of a success about which nothing is to be said.
    static ObjectNode created() {
        return status("Success").put("code", 201);
    }

    /// The `Status` of a deletion.
    static ObjectNode deleted(String name, String group, String plural, String uid) {
        ObjectNode status = status("Success");
        ObjectNode details = status.putObject("details").put("name", name);
        if (!group.isEmpty()) {
            details.put("group", group);
        }
        details.put("kind", plural).put("uid", uid);
        return status;
    }

    private static ObjectNode details(ApiException.Details details) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        put(result, "name", details.name());
        put(result, "group", details.group());
        put(result, "kind", details.kind());
        if (!details.causes().isEmpty()) {
            ArrayNode causes = result.putArray("causes");
            for (ApiException.Cause cause : details.causes()) {
                ObjectNode each = causes.addObject();
                put(each, "reason", cause.reason());
                put(each, "message", cause.message());
                put(each, "field", cause.field());
            }
        }
        if (details.retryAfterSeconds() > 0) {
            result.put("retryAfterSeconds", details.retryAfterSeconds());
        }
        return result;
    }

    private static void put(ObjectNode object, String field, String value) {
        if (!value.isEmpty()) {
            object.put(field, value);
        }
    }

    private static ObjectNode status(String word) {
        ObjectNode status = JsonNodeFactory.instance.objectNode();
        status.put("kind", "Status").put("apiVersion", "v1").putObject("metadata");
        return status.put("status", word);
    }
}
