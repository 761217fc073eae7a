package dev.glovebox.node.resize;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a pod has been given, and why that is not what it asks for.
///
/// @param allocated to its containers
/// @param pending empty where it has what its spec asks for
public record Standing(Allocation allocated, Optional<Pending> pending) {
    /// Why a resize is not carried out.
    ///
    /// @param reason [#DEFERRED] or [#INFEASIBLE]
    /// @param message in the kubelet's words
    /// @param generation of the pod that asks for it; null where the API told none
    public record Pending(String reason, String message, @Nullable Long generation) {
        /// It would fit when others left or shrank.
        public static final String DEFERRED = "Deferred";

        /// It never fits on this node.
        public static final String INFEASIBLE = "Infeasible";
    }
}
