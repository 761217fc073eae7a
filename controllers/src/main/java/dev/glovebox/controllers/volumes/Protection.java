package dev.glovebox.controllers.volumes;

import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Resource;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Holds objects back from going while they are used, by a finalizer: every object has it, and one
/// that is being deleted loses it when nobody uses it. Source: kube-controller-manager's
/// `volume/protectionutil`.
///
/// @param resource the objects' kind
/// @param finalizer that holds them
/// @param used whether somebody uses an object that is being deleted
/// @param <T> their model
record Protection<T extends HasMetadata>(
        Cluster cluster, Resource<T> resource, String finalizer, Predicate<T> used) {
    /// Whether there is something to do for an object.
    boolean concerns(T object) {
        return isLeaving(object) == isHeld(object);
    }

    /// Does what there is to do, by what the API itself says of the object.
    void apply(ObjectKey key) {
        Optional<T> found = cluster.get(resource, key).filter(this::concerns);
        if (found.isEmpty()) {
            return;
        }
        T object = found.get();
        if (!isLeaving(object)) {
            List<String> finalizers = new ArrayList<>(object.getMetadata().getFinalizers());
            finalizers.add(finalizer);
            write(object, finalizers);
        } else if (!used.test(object)) {
            List<String> finalizers = new ArrayList<>(object.getMetadata().getFinalizers());
            finalizers.remove(finalizer);
            write(object, finalizers);
        }
    }

    private static boolean isLeaving(HasMetadata object) {
        return object.getMetadata().getDeletionTimestamp() != null;
    }

    private boolean isHeld(T object) {
        return object.getMetadata().getFinalizers().contains(finalizer);
    }

    private void write(T object, List<String> finalizers) {
        object.getMetadata().setFinalizers(finalizers);
        try {
            cluster.update(resource, object);
        } catch (ApiException e) {
            if (e.reason() != StatusReason.NOT_FOUND) {
                throw e;
            }
        }
    }
}
