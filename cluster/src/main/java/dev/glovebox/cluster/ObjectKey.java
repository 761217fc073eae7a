package dev.glovebox.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Objects;

/// Namespace and name of an object; the namespace is empty for cluster-scoped ones.
public record ObjectKey(String namespace, String name) {
    /// Refuses an empty name.
    public ObjectKey {
        Objects.requireNonNull(namespace, "namespace");
        if (name.isEmpty()) {
            throw new IllegalArgumentException("an object without a name");
        }
    }

    /// The key of an object that has a name.
    public static ObjectKey of(HasMetadata object) {
        String namespace = object.getMetadata().getNamespace();
        return new ObjectKey(namespace == null ? "" : namespace, object.getMetadata().getName());
    }

    /// The key of a cluster-scoped object.
    public static ObjectKey of(String name) {
        return new ObjectKey("", name);
    }
}
