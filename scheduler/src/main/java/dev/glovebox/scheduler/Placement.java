package dev.glovebox.scheduler;

import java.util.Objects;

/// What the scheduler decided for one pod.
public sealed interface Placement {
    /// The pod goes to that node.
    record Assigned(String node) implements Placement {
        /// Refuses a missing name.
        public Assigned {
            Objects.requireNonNull(node, "node");
        }
    }

    /// No node takes the pod as things are.
    ///
    /// @param message in kube-scheduler's words, for example `0/1 nodes are available: 1
    ///   Insufficient cpu.`
    record Unschedulable(String message) implements Placement {
        /// Refuses a missing message.
        public Unschedulable {
            Objects.requireNonNull(message, "message");
        }
    }
}
