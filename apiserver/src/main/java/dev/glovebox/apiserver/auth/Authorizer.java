package dev.glovebox.apiserver.auth;

import java.util.List;

/// Says who may do what. Safe for use by any thread.
public interface Authorizer {
    /// Whether the request may go on.
    boolean allows(RequestAttributes request);

    /// Whether a path that names no resource may be asked for, for example `/healthz`.
    ///
    /// @param verb lower-case HTTP method
    boolean allowsPath(User user, String verb, String path);

    /// The rules that hold for a user, as far as they can be told as rules.
    ///
    /// @param namespace empty for what holds everywhere
    List<PolicyRule> rules(User user, String namespace);
}
