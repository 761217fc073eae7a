package dev.glovebox.node.pod;

import java.util.Objects;

/// That a pod has to leave the node, or may not begin on it.
///
/// @param cause what for
/// @param reason of the pod's end, one word
/// @param message the cause in Kubernetes' words
public record Eviction(Cause cause, String reason, String message) {
    private static final String EVICTED = "Evicted";

    /// Refuses a null part.
    public Eviction {
        Objects.requireNonNull(cause, "cause");
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(message, "message");
    }

    /// For the sake of what the node or the pod itself has of memory, disk or processes.
    public Eviction(Cause cause, String message) {
        this(cause, EVICTED, message);
    }

    /// The message of the pod's status.
    public String explanation() {
        return cause == Cause.NOT_ADMITTED ? "Pod was rejected: " + message : message;
    }

    /// What pods are evicted for.
    public enum Cause {
        /// It used more than its own limit, or cannot be kept to what it may.
        LIMIT,
        /// The node lacks something, and it is this pod's turn.
        PRESSURE,
        /// The node takes no such pod, now or ever.
        NOT_ADMITTED
    }
}
