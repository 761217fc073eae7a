package dev.glovebox.apiserver.cel;

/// Says who may do what, to expressions that ask for it by `authorizer`. Asked by the thread that
/// evaluates.
public interface Access {
    /// Whether the user may do something with a resource.
    boolean allows(ResourceCheck check, String verb);

    /// Whether the user may ask for a path that names no resource.
    boolean allowsPath(String path, String verb);

    /// The same for a service account instead of the user.
    Access of(String namespace, String name);

    /// What a question is about.
    ///
    /// @param access who is asked
    /// @param group API group, empty for core
    /// @param resource plural
    /// @param subresource empty for the object itself
    /// @param namespace empty for all
    /// @param name empty for any
    record ResourceCheck(
            Access access,
            String group,
            String resource,
            String subresource,
            String namespace,
            String name) {}
}
