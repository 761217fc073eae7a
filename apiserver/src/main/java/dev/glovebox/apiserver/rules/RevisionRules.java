package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;

/// Rules about ControllerRevisions: what they remember never changes. Source: `apps/validation`.
public final class RevisionRules {
    private static final Path DATA = Path.of("data");

    private RevisionRules() {}

    /// Rules for one, whether new or changed.
    public static void check(JsonNode revision, FieldErrors errors) {
        errors.nonNegative(Path.of("revision"), revision.path("revision"));
    }

    /// Rules for a new one.
    public static void checkCreate(JsonNode revision, FieldErrors errors) {
        JsonNode data = revision.path("data");
        if (data.isMissingNode() || data.isNull()) {
            errors.required(DATA, "data is mandatory");
        } else if (!data.isObject()) {
            errors.required(DATA, "data must be a valid JSON object");
        }
    }

    /// What must not change.
    public static void checkUpdate(JsonNode revision, JsonNode old, FieldErrors errors) {
        errors.immutable(DATA, revision.path("data"), old.path("data"));
    }
}
