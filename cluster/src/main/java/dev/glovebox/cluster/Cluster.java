package dev.glovebox.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Optional;

/// A Kubernetes API as one identity sees it. Every call is authorised, admitted and validated as a
/// request from outside is. All methods block, are safe for use by any thread, and throw
/// [dev.glovebox.model.ApiException] when the API refuses.
public interface Cluster {
    /// The object, or empty when there is none of that key.
    <T extends HasMetadata> Optional<T> get(Resource<T> resource, ObjectKey key);

    /// All objects of a scope, at one revision.
    <T extends HasMetadata> Listing<T> list(Resource<T> resource, Scope scope);

    /// Changes of a scope after `resourceVersion`.
    <T extends HasMetadata> Watch<T> watch(
            Resource<T> resource, Scope scope, String resourceVersion);

    /// Creates the object; its metadata names its namespace. Answers with what was stored.
    <T extends HasMetadata> T create(Resource<T> resource, T object);

    /// Replaces the object. With a `resourceVersion` in its metadata, only if it is still that one.
    <T extends HasMetadata> T update(Resource<T> resource, T object);

    /// Replaces the object's `status` and leaves the rest alone.
    default <T extends HasMetadata> T updateStatus(Resource<T> resource, T object) {
        return updateSubresource(resource, object, "status");
    }

    /// Replaces what a subresource covers, for example `status`, or `finalize` of a namespace.
    <T extends HasMetadata> T updateSubresource(Resource<T> resource, T object, String subresource);

    /// Changes part of an object.
    ///
    /// @param subresource empty for the object itself, else for example `status`
    <T extends HasMetadata> T patch(
            Resource<T> resource, ObjectKey key, Patch patch, String subresource);

    /// Assigns a pod to a node, once and for all.
    ///
    /// @param uid the pod's uid as the scheduler saw it
    void bind(ObjectKey pod, String uid, String node);

    /// A new token for a pod, by its account's subresource `token`.
    PodToken requestToken(PodToken.Wanted wanted);

    /// Deletes, or begins to delete, an object.
    void delete(Resource<?> resource, ObjectKey key, DeleteOptions options);
}
