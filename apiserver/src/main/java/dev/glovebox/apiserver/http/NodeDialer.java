package dev.glovebox.apiserver.http;

import java.util.Optional;

/// Knows where the kubelet API of a node listens.
@FunctionalInterface
public interface NodeDialer {
    /// The way to a node; empty for one that nobody serves.
    Optional<NodeEndpoint> endpointOf(String node);
}
