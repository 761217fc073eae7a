package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;

/// Types of values as Kubernetes' messages name them where it keeps any JSON.
public final class GoTypes {
    private GoTypes() {}

    /// For example `map[string]interface {}`.
    public static String of(JsonNode value) {
        return switch (value.getNodeType()) {
            case ARRAY -> "[]interface {}";
            case BOOLEAN -> "bool";
            case NUMBER -> value.isIntegralNumber() ? "int64" : "float64";
            case STRING -> "string";
            case NULL, MISSING -> "<nil>";
            default -> "map[string]interface {}";
        };
    }
}
