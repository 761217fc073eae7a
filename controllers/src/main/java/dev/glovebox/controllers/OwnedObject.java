package dev.glovebox.controllers;

import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Resource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import java.util.List;

/// What garbage collection knows of an object that is owned, or that waits for those whom it owns.
record OwnedObject(Resource<? extends HasMetadata> resource, ObjectMeta metadata) {
    static final String ORPHAN = "orphan";
    static final String FOREGROUND = "foregroundDeletion";

    String uid() {
        return metadata.getUid();
    }

    ObjectKey key() {
        return new ObjectKey(
                resource.namespaced() ? metadata.getNamespace() : "", metadata.getName());
    }

    List<OwnerReference> owners() {
        List<OwnerReference> owners = metadata.getOwnerReferences();
        return owners == null ? List.of() : owners;
    }

    List<String> finalizers() {
        List<String> finalizers = metadata.getFinalizers();
        return finalizers == null ? List.of() : finalizers;
    }

    boolean isBeingDeleted() {
        return metadata.getDeletionTimestamp() != null;
    }

    /// Whether it goes only when its dependents have been dealt with.
    boolean waits(String finalizer) {
        return isBeingDeleted() && finalizers().contains(finalizer);
    }

    /// Whether there is anything about it that could concern garbage collection.
    boolean isOfInterest() {
        return !owners().isEmpty() || waits(ORPHAN) || waits(FOREGROUND);
    }

    /// Whether an owner that waits for its dependents has to wait for this one.
    boolean blocks(String owner) {
        return owners().stream()
                .anyMatch(each ->
                        each.getUid().equals(owner)
                                && Boolean.TRUE.equals(each.getBlockOwnerDeletion()));
    }
}
