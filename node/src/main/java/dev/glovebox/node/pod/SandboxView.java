package dev.glovebox.node.pod;

import java.time.Instant;

/// One sandbox of a pod in the runtime.
///
/// @param id the runtime's
/// @param attempt 0 for the first, one more for each that had to follow
/// @param ready whether it can hold containers
/// @param createdAt when it was made
/// @param address the pod's IPv4 address; empty where it has none
public record SandboxView(
        String id, int attempt, boolean ready, Instant createdAt, String address) {}
