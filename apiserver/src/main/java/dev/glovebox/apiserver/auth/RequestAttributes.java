package dev.glovebox.apiserver.auth;

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

    /// `pods`, or `pods/log`.
    public String qualifiedResource() {
        return subresource.isEmpty() ? resource : resource + "/" + subresource;
    }
}
