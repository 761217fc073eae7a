package dev.glovebox.containerd;

import java.time.Instant;

/// What happened to a task, from containerd's own event stream (`containerd.events`), in CRI's
/// namespace `k8s.io`. A container id is a sandbox's too: its pause process is a task of that id.
public sealed interface TaskEvent {
    /// A subscription began: whatever happened before is not in the stream, so list anew.
    record Subscribed() implements TaskEvent {}

    /// A task's first process runs.
    record Started(String container, long pid, Instant at) implements TaskEvent {}

    /// A process ended.
    ///
    /// @param exec id of the exec that ended; empty for the container's own process
    /// @param exitStatus its exit code, 128 and the signal's number if one ended it
    record Exited(String container, String exec, long pid, int exitStatus, Instant at)
            implements TaskEvent {
        /// Whether the container itself ended, and not an exec in it.
        public boolean ofContainer() {
            return exec.isEmpty() || exec.equals(container);
        }
    }

    /// The kernel killed a process of the container for want of memory.
    record OutOfMemory(String container, Instant at) implements TaskEvent {}
}
