package dev.glovebox.apiserver.auth;

import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import java.util.List;
import java.util.Objects;

/// What a request wants, as far as authorisation is concerned.
///
/// @param verb `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`
/// @param group empty for core
/// @param resource plural, for example `pods`
/// @param subresource empty for the object itself
/// @param namespace empty for all, or for objects without one
/// @param name empty for a collection
public record RequestAttributes(
        User user,
        String verb,
        String group,
        String resource,
        String subresource,
        String namespace,
        String name) {
    /// Refuses null parts.
    public RequestAttributes {
        Objects.requireNonNull(user, "user");
        Objects.requireNonNull(verb, "verb");
        Objects.requireNonNull(group, "group");
        Objects.requireNonNull(resource, "resource");
        Objects.requireNonNull(subresource, "subresource");
        Objects.requireNonNull(namespace, "namespace");
        Objects.requireNonNull(name, "name");
    }

    /// The same with another verb.
    public RequestAttributes withVerb(String other) {
        return new RequestAttributes(user, other, group, resource, subresource, namespace, name);
    }

    /// `pods`, or `pods/log`.
    public String qualifiedResource() {
        return subresource.isEmpty() ? resource : resource + "/" + subresource;
    }

    /// The refusal of this request, in Kubernetes' words.
    public ApiException refusal() {
        String kind = group.isEmpty() ? resource : resource + "." + group;
        String what = name.isEmpty() ? kind : kind + " \"" + name + "\"";
        String where =
                namespace.isEmpty()
                        ? "at the cluster scope"
                        : "in the namespace \"" + namespace + "\"";
        return new ApiException(
                StatusReason.FORBIDDEN,
                "%s is forbidden: User \"%s\" cannot %s resource \"%s\" in API group \"%s\" %s"
                        .formatted(what, user.name(), verb, qualifiedResource(), group, where),
                new ApiException.Details(name, group, resource, List.of()));
    }
}
