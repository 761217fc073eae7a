package dev.glovebox.policy;

import java.util.Objects;

/// What policy decided for one pod.
public sealed interface Verdict {
    /// The pod may run as it is.
    record Unchanged() implements Verdict {}

    /// The pod may run once its `spec.runtimeClassName` is this class.
    ///
    /// @param className name of a RuntimeClass that exists and whose handler has a kernel of its
    ///   own
    record Assign(String className) implements Verdict {
        /// Refuses an empty name.
        public Assign {
            if (className.isEmpty()) {
                throw new IllegalArgumentException("an assignment of no class");
            }
        }
    }

    /// The pod must not run.
    ///
    /// @param message the reason and the cure, one line for a user
    record Refuse(String message) implements Verdict {
        /// Refuses a missing message.
        public Refuse {
            Objects.requireNonNull(message, "message");
        }
    }
}
