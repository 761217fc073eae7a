package dev.glovebox.apiserver.auth;

import java.util.List;

/// Says who may do what. Safe for use by any thread.
public interface Authorizer {
    /// Whether the request may go on, and why.
    Decision judge(RequestAttributes request);

    /// Whether a path that names no resource may be asked for, and why.
    ///
    /// @param verb lower-case HTTP method
    Decision judgePath(User user, String verb, String path);

    /// Whether the request may go on.
    default boolean allows(RequestAttributes request) {
        return judge(request).allowed();
    }

    /// Whether a path that names no resource may be asked for, for example `/healthz`.
    ///
    /// @param verb lower-case HTTP method
    default boolean allowsPath(User user, String verb, String path) {
        return judgePath(user, verb, path).allowed();
    }

    /// The rules that hold for a user, as far as they can be told as rules.
    ///
    /// @param namespace empty for what holds everywhere
    List<PolicyRule> rules(User user, String namespace);
}
