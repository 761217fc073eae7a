package dev.glovebox.node.pod;

/// A pod's `restartPolicy`.
public enum RestartPolicy {
    /// A container that ended runs again.
    ALWAYS,
    /// A container that ended with another code than 0 runs again.
    ON_FAILURE,
    /// No container runs twice.
    NEVER
}
