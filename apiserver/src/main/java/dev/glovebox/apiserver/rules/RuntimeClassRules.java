package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;

/// Rules about RuntimeClasses.
public final class RuntimeClassRules {
    private RuntimeClassRules() {}

    /// Rules for one, whether new or changed.
    public static void check(JsonNode runtimeClass, FieldErrors errors) {
        String handler = runtimeClass.path("handler").asText();
        errors.invalid(Path.of("handler"), handler, Words.label(handler));
        // Kubernetes checks the overhead as if it were a container's limits, and says so.
        ResourceRules.amounts(
                runtimeClass.path("overhead").path("podFixed"), Path.of("overhead.limits"), errors);
        JsonNode scheduling = runtimeClass.path("scheduling");
        Path path = Path.of("scheduling");
        MetaRules.labels(scheduling.path("nodeSelector"), path.field("nodeSelector"), errors);
        JsonNode tolerations = scheduling.path("tolerations");
        SchedulingRules.tolerations(
                tolerations, path.field("tolerations").field("tolerations"), errors);
        for (int i = 0; i < tolerations.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (tolerations.get(i).equals(tolerations.get(j))) {
                    errors.duplicate(
                            path.field("tolerations").index(i), tolerations.get(i).toString());
                    break;
                }
            }
        }
    }

    /// Rules for a changed one: another handler would be another class.
    public static void checkUpdate(JsonNode changed, JsonNode old, FieldErrors errors) {
        if (!changed.path("handler").equals(old.path("handler"))) {
            errors.invalid(Path.of("handler"), changed.path("handler"), "field is immutable");
        }
    }
}
