package dev.glovebox.controllers;

import dev.glovebox.cluster.Resource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
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

    /// Whether a reference is to an object of this kind, in whatever version.
    boolean isOf(OwnerReference owner) {
        String apiVersion = owner.getApiVersion();
        int end = apiVersion.indexOf('/');
        String group = end < 0 ? "" : apiVersion.substring(0, end);
        return group.equals(resource.group()) && owner.getKind().equals(kind);
    }
}
