package dev.glovebox.node.pod;

import java.time.Instant;
import java.util.List;

/// One sandbox of a pod in the runtime.
///
/// @param id the runtime's
/// @param attempt 0 for the first, one more for each that had to follow
/// @param ready whether it can hold containers
/// @param createdAt when it was made
/// @param addresses the pod's own, the one of the usual family first; empty where it has none
/// @param handler that it runs under; empty for the runtime's default
public record SandboxView(
        String id,
        int attempt,
        boolean ready,
        Instant createdAt,
        List<String> addresses,
        String handler) {
    /// Copies the list.
    public SandboxView {
        addresses = List.copyOf(addresses);
    }

    /// One that has at most one address, under the runtime's default handler.
    ///
    /// @param address empty for none
    public SandboxView(String id, int attempt, boolean ready, Instant createdAt, String address) {
        this(id, attempt, ready, createdAt, address.isEmpty() ? List.of() : List.of(address), "");
    }

    /// The address by which the pod is reached; empty where it has none.
    public String address() {
        return addresses.isEmpty() ? "" : addresses.getFirst();
    }
}
