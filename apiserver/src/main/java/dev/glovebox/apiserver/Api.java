package dev.glovebox.apiserver;

/// The Kubernetes API without a transport: routes, authorises, admits, validates, stores. Blocks;
/// safe for use by any thread. The HTTP server and [dev.glovebox.cluster.Cluster]'s local
/// implementation are its two faces.
public interface Api {
    /// Answers one request.
    ///
    /// @throws dev.glovebox.model.ApiException when the request is refused
    Answer handle(Call call);
}
