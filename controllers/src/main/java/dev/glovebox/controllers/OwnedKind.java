package dev.glovebox.controllers;

import dev.glovebox.cluster.Resource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Objects;

/// A kind of objects that may own others and be owned.
///
/// @param kind as owner references name it, for example `ReplicaSet`
public record OwnedKind(String kind, Resource<? extends HasMetadata> resource) {
    /// Refuses null parts.
    public OwnedKind {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(resource, "resource");
    }

    /// As owner references name it, for example `apps/v1`.
    String apiVersion() {
        return resource.group().isEmpty()
                ? resource.version()
                : resource.group() + "/" + resource.version();
    }
}
