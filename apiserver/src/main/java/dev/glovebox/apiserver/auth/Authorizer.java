package dev.glovebox.apiserver.auth;

/// Says who may do what. Safe for use by any thread.
public interface Authorizer {
    /// Whether the request may go on.
    boolean allows(RequestAttributes request);

    /// Whether a path that names no resource may be asked for, for example `/healthz`.
    ///
    /// @param verb lower-case HTTP method
    boolean allowsPath(User user, String verb, String path);
}
