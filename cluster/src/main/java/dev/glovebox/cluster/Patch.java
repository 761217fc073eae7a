package dev.glovebox.cluster;

import com.fasterxml.jackson.databind.JsonNode;

/// A partial change, as JSON text of one of Kubernetes' patch types.
public sealed interface Patch {
    /// The patch itself.
    String json();

    /// A merge patch of a tree.
    static Patch merge(JsonNode tree) {
        return new Merge(tree.toString());
    }

    /// RFC 6902.
    record Json(String json) implements Patch {}

    /// RFC 7386.
    record Merge(String json) implements Patch {}

    /// Kubernetes' strategic merge patch: lists merge by key.
    record StrategicMerge(String json) implements Patch {}
}
