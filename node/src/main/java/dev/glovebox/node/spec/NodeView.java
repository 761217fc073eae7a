package dev.glovebox.node.spec;

import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import java.util.Objects;

/// What pods can be told of their node.
///
/// @param address its IPv4 address
/// @param allocatable by resource, what all pods together may have: a container without a limit is
///   told that there is so much
public record NodeView(String address, Map<String, Quantity> allocatable) {
    /// Copies the map.
    public NodeView {
        Objects.requireNonNull(address, "address");
        allocatable = Map.copyOf(allocatable);
    }
}
