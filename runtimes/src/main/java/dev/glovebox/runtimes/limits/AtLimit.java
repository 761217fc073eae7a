package dev.glovebox.runtimes.limits;

import java.util.Locale;
import java.util.Objects;

/// What was seen to happen at one limit under one handler.
///
/// @param handler its name
/// @param resource what is limited
/// @param scope whose limit it is
/// @param effect what happened
/// @param seen the figures behind it, in one sentence without a full stop
public record AtLimit(String handler, Resource resource, Scope scope, Effect effect, String seen) {
    /// No part may be missing.
    public AtLimit {
        Objects.requireNonNull(handler, "handler");
        Objects.requireNonNull(resource, "resource");
        Objects.requireNonNull(scope, "scope");
        Objects.requireNonNull(effect, "effect");
        Objects.requireNonNull(seen, "seen");
    }

    /// What is limited, as Kubernetes calls it.
    public enum Resource {
        /// Bytes of memory.
        MEMORY,
        /// Time of processors.
        CPU,
        /// Processes and threads.
        PIDS,
        /// Bytes on the node's disk.
        EPHEMERAL_STORAGE;

        /// The word of Kubernetes: `ephemeral-storage`.
        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /// Whose limit it is.
    public enum Scope {
        /// One container's, as CRI is told of it.
        CONTAINER,
        /// The whole pod's, on its cgroup.
        POD;

        /// The word: `container`, `pod`.
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// What happens at a limit.
    public enum Effect {
        /// What would go over it fails, and everything goes on.
        REFUSED("refused"),
        /// It has to wait, and goes on.
        THROTTLED("throttled"),
        /// The container that goes over it is killed, the others go on.
        CONTAINER_KILLED("that container killed"),
        /// Every container of the pod is killed.
        POD_KILLED("whole pod killed"),
        /// It goes over it.
        NOTHING("nothing"),
        /// It could not be tried.
        NOT_SEEN("not seen");

        private final String text;

        Effect(String text) {
            this.text = text;
        }

        /// In words.
        public String text() {
            return text;
        }
    }
}
