package dev.glovebox.node.pod;

import java.util.Objects;

/// That a pod has to leave the node, or may not begin on it.
///
/// @param cause what for
/// @param message the cause in Kubernetes' words
public record Eviction(Cause cause, String message) {
    /// The reason of every such pod's end.
    public static final String REASON = "Evicted";

    /// Refuses a null part.
    public Eviction {
        Objects.requireNonNull(cause, "cause");
        Objects.requireNonNull(message, "message");
    }

    /// What pods are evicted for.
    public enum Cause {
        /// It used more than its own limit.
        LIMIT,
        /// The node lacks something, and it is this pod's turn.
        PRESSURE,
        /// The node lacks something, and takes no such pod.
        NOT_ADMITTED
    }
}
