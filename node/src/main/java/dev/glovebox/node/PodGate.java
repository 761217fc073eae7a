package dev.glovebox.node;

import io.fabric8.kubernetes.api.model.Pod;

/// The node's own check before it starts anything of a pod: what the API admitted once may have
/// become untrue since.
@FunctionalInterface
public interface PodGate {
    /// The answer for a pod as it stands now. Whatever cannot be found out is a refusal.
    Decision judge(Pod pod);

    /// Whether the pod is trusted as it stands now; what cannot be found out is not.
    default boolean trusts(Pod pod) {
        return false;
    }

    /// Whether a pod may be started.
    sealed interface Decision {
        /// It may, under this handler.
        ///
        /// @param handler empty for the runtime's default
        record Admit(String handler) implements Decision {}

        /// It may not.
        ///
        /// @param reason one word for conditions and events, for example `HandlerNotReady`
        /// @param message the cause, one line for a user
        record Refuse(String reason, String message) implements Decision {}
    }
}
