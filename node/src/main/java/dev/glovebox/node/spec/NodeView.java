package dev.glovebox.node.spec;

import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;

/// What pods can be told of their node.
///
/// @param addresses its own, the one that it shows first
/// @param allocatable by resource, what all pods together may have: a container without a limit is
///   told that there is so much
public record NodeView(List<String> addresses, Map<String, Quantity> allocatable) {
    /// Copies both.
    public NodeView {
        addresses = List.copyOf(addresses);
        allocatable = Map.copyOf(allocatable);
    }
}
