package dev.glovebox.cluster;

import java.util.Objects;

/// Which objects of a resource a list or a watch covers.
///
/// @param namespace empty for all namespaces
/// @param fieldSelector for example `spec.nodeName=master`; empty for no selection
/// @param labelSelector as in the API; empty for no selection
public record Scope(String namespace, String fieldSelector, String labelSelector) {
    /// Everything.
    public static final Scope ALL = new Scope("", "", "");

    /// Refuses null parts.
    public Scope {
        Objects.requireNonNull(namespace, "namespace");
        Objects.requireNonNull(fieldSelector, "fieldSelector");
        Objects.requireNonNull(labelSelector, "labelSelector");
    }

    /// What a field selector picks, over all namespaces.
    public static Scope fields(String fieldSelector) {
        return new Scope("", fieldSelector, "");
    }

    /// One namespace.
    public static Scope namespace(String namespace) {
        return new Scope(namespace, "", "");
    }
}
