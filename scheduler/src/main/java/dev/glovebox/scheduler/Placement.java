package dev.glovebox.scheduler;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
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

    /// The pod goes to that node as soon as its claims have their volumes.
    ///
    /// @param node that is meant for the pod meanwhile
    /// @param volumes what the claims are to get; not empty
    record Waiting(String node, VolumePlan volumes) implements Placement {
        /// Refuses missing parts.
        public Waiting {
            Objects.requireNonNull(node, "node");
            Objects.requireNonNull(volumes, "volumes");
        }
    }

    /// No node takes the pod as things are.
    ///
    /// @param message in kube-scheduler's words, for example `0/1 nodes are available: 1
    ///   Insufficient cpu. preemption: 0/1 nodes are available: 1 No preemption victims found for
    ///   incoming pod.`
    /// @param keepsNomination whether a node that was freed for the pod before is still meant for
    ///   it, because the pods there are on their way out
    record Unschedulable(String message, boolean keepsNomination) implements Placement {
        /// Refuses a missing message.
        public Unschedulable {
            Objects.requireNonNull(message, "message");
        }
    }

    /// A node takes the pod when pods of lower priority have left it.
    ///
    /// @param node whose pods leave
    /// @param victims who leaves, the most important first; at least one
    /// @param message why no node takes the pod now, as in [Unschedulable]
    record Preempting(String node, List<Pod> victims, String message) implements Placement {
        /// Copies the list.
        public Preempting {
            Objects.requireNonNull(node, "node");
            Objects.requireNonNull(message, "message");
            victims = List.copyOf(victims);
        }
    }
}
