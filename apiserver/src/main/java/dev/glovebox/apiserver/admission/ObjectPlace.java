package dev.glovebox.apiserver.admission;

import dev.glovebox.apiserver.kinds.Kind;
import java.util.Objects;

/// Which object a request is about.
///
/// @param kind whose resource the request names
/// @param version of the kind that the request names, for example `v1`
/// @param subresource empty for the object itself
/// @param namespace empty for objects without one
/// @param name empty for an object that gets its name later
public record ObjectPlace(
        Kind kind, String version, String subresource, String namespace, String name) {
    /// Refuses null parts.
    public ObjectPlace {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(version, "version");
        Objects.requireNonNull(subresource, "subresource");
        Objects.requireNonNull(namespace, "namespace");
        Objects.requireNonNull(name, "name");
    }

    /// The same place with another name.
    public ObjectPlace named(String other) {
        return new ObjectPlace(kind, version, subresource, namespace, other);
    }
}
