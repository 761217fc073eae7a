package dev.glovebox.node.server;

import dev.glovebox.http.HttpExchange;

/// Who may use a node's API.
@FunctionalInterface
public interface NodeAccess {
    /// Everybody who can reach it, as on a socket that its owner alone may open.
    NodeAccess WHOEVER_REACHES_IT = exchange -> {};

    /// Lets a request through.
    ///
    /// @throws dev.glovebox.model.ApiException reason `Unauthorized` for one of whom nobody knows
    ///   whose it is, `Forbidden` for one who may not, or why that cannot be found out
    void require(HttpExchange exchange);
}
