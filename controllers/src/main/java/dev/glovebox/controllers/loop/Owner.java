package dev.glovebox.controllers.loop;

import dev.glovebox.cluster.ObjectKey;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.OwnerReference;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/// Who controls objects, by a reference that they carry and a selector.
///
/// @param selector what it may adopt and must let go otherwise
/// @param leaving whether it is being deleted and adopts nothing any more
public record Owner(
        String apiVersion,
        String kind,
        ObjectKey key,
        String uid,
        Predicate<HasMetadata> selector,
        boolean leaving) {
    /// Refuses null parts.
    public Owner {
        Objects.requireNonNull(apiVersion, "apiVersion");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(uid, "uid");
        Objects.requireNonNull(selector, "selector");
    }

    /// An object as an owner.
    public static Owner of(HasMetadata object, Predicate<HasMetadata> selector) {
        return new Owner(
                object.getApiVersion(),
                object.getKind(),
                ObjectKey.of(object),
                object.getMetadata().getUid(),
                selector,
                object.getMetadata().getDeletionTimestamp() != null);
    }

    /// How an object refers to it as its controller.
    public OwnerReference reference() {
        OwnerReference reference = new OwnerReference();
        reference.setApiVersion(apiVersion);
        reference.setKind(kind);
        reference.setName(key.name());
        reference.setUid(uid);
        reference.setController(true);
        reference.setBlockOwnerDeletion(true);
        return reference;
    }

    /// How an event refers to it.
    public ObjectReference about() {
        ObjectReference about = new ObjectReference();
        about.setApiVersion(apiVersion);
        about.setKind(kind);
        about.setNamespace(key.namespace());
        about.setName(key.name());
        about.setUid(uid);
        return about;
    }

    /// Whether it controls an object.
    public boolean controls(HasMetadata object) {
        return controllerOf(object).filter(each -> each.getUid().equals(uid)).isPresent();
    }

    /// Who controls an object; empty for an orphan.
    public static Optional<OwnerReference> controllerOf(HasMetadata object) {
        return object.getMetadata().getOwnerReferences().stream()
                .filter(each -> Boolean.TRUE.equals(each.getController()))
                .findFirst();
    }

    /// The key of an object's controller if that is of a kind; empty otherwise.
    ///
    /// @param group of the kind, empty for core
    public static Optional<ObjectKey> keyOf(HasMetadata object, String group, String kind) {
        return controllerOf(object)
                .filter(each -> each.getKind().equals(kind))
                .filter(each -> group(each.getApiVersion()).equals(group))
                .map(each -> new ObjectKey(object.getMetadata().getNamespace(), each.getName()));
    }

    private static String group(String apiVersion) {
        int slash = apiVersion.indexOf('/');
        return slash < 0 ? "" : apiVersion.substring(0, slash);
    }
}
