package dev.glovebox.apiserver.fields;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;

/// A configuration that somebody applies, and what it is applied to.
record Application(Target target, ObjectNode config) {
    /// Checks that the configuration is one of this kind.
    void check() {
        String apiVersion = config.path("apiVersion").asText();
        String kind = config.path("kind").asText();
        if (!apiVersion.equals(target.apiVersion()) || !kind.equals(target.kind())) {
            throw new ApiException(
                    StatusReason.BAD_REQUEST,
                    "invalid object type: " + Target.words(apiVersion, kind));
        }
        if (config.path("metadata").path(FieldManager.FIELD).isArray()) {
            throw new ApiException(StatusReason.BAD_REQUEST, "metadata.managedFields must be nil");
        }
        String errors = TypeCheck.errors(target.shape(), config);
        if (!errors.isEmpty()) {
            throw unfit(errors);
        }
    }

    ApiException unfit(String why) {
        JsonNode metadata = config.path("metadata");
        return failed(
                "failed to create typed patch object (%s/%s; %s): %s"
                        .formatted(
                                metadata.path("namespace").asText(),
                                metadata.path("name").asText(),
                                Target.words(target.apiVersion(), target.kind()),
                                why));
    }

    static ApiException failed(String message) {
        return new ApiException(StatusReason.UNKNOWN, message);
    }
}
