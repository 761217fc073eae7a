package dev.glovebox.controllers.loop;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Patch;
import dev.glovebox.cluster.Resource;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Carries [Claims] out: takes orphans and lets go whom an owner picks no more. Nothing is taken
/// for an owner that the API itself does not say is there and stays.
///
/// @param <O> the model of the owners
/// @param <T> the model of the objects
public final class Claimer<O extends HasMetadata, T extends HasMetadata> {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Cluster cluster;
    private final Resource<O> owners;
    private final Resource<T> resource;
    private final Set<String> finalizers;

    /// Claims for owners of a resource on objects of another.
    ///
    /// @param finalizers that whoever is taken gets, and whoever is let go loses
    public Claimer(
            Cluster cluster, Resource<O> owners, Resource<T> resource, Set<String> finalizers) {
        this.cluster = cluster;
        this.owners = owners;
        this.resource = resource;
        this.finalizers = Set.copyOf(finalizers);
    }

    /// The objects that an owner has, after it has taken and let go whom it may and must.
    public List<T> claim(Owner owner, Collection<T> objects) {
        Claims<T> claims = Claims.of(owner, objects);
        claims.released().forEach(object -> release(owner, object));
        List<T> owned = new ArrayList<>(claims.kept());
        if (!claims.adopted().isEmpty() && stays(owner)) {
            claims.adopted().forEach(object -> adopt(owner, object).ifPresent(owned::add));
        }
        return owned;
    }

    private boolean stays(Owner owner) {
        return cluster.get(owners, owner.key())
                .map(HasMetadata::getMetadata)
                .filter(found -> found.getUid().equals(owner.uid()))
                .filter(found -> found.getDeletionTimestamp() == null)
                .isPresent();
    }

    private Optional<T> adopt(Owner owner, T object) {
        List<OwnerReference> references =
                new ArrayList<>(object.getMetadata().getOwnerReferences());
        references.removeIf(each -> each.getUid().equals(owner.uid()));
        references.add(owner.reference());
        Set<String> held = new LinkedHashSet<>(object.getMetadata().getFinalizers());
        held.addAll(finalizers);
        return send(object, references, held);
    }

    private void release(Owner owner, T object) {
        Set<String> held = new LinkedHashSet<>(object.getMetadata().getFinalizers());
        held.removeAll(finalizers);
        send(
                object,
                object.getMetadata().getOwnerReferences().stream()
                        .filter(each -> !each.getUid().equals(owner.uid()))
                        .toList(),
                held);
    }

    /// Empty when the object has gone.
    private Optional<T> send(T object, List<OwnerReference> references, Set<String> held) {
        ObjectNode patch = JSON.createObjectNode();
        ObjectNode metadata = patch.putObject("metadata");
        metadata.put("uid", object.getMetadata().getUid());
        metadata.put("resourceVersion", object.getMetadata().getResourceVersion());
        metadata.set("ownerReferences", JSON.valueToTree(references));
        if (!held.equals(Set.copyOf(object.getMetadata().getFinalizers()))) {
            metadata.set("finalizers", JSON.valueToTree(held));
        }
        try {
            return Optional.of(
                    cluster.patch(resource, ObjectKey.of(object), Patch.merge(patch), ""));
        } catch (ApiException e) {
            if (e.reason() == StatusReason.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
