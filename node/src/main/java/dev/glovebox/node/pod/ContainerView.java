package dev.glovebox.node.pod;

import java.util.Optional;

/// One container of a pod in the runtime.
///
/// @param id the runtime's
/// @param sandboxId of the sandbox it belongs to
/// @param name the container's name in the pod
/// @param attempt 0 for the first, one more at each restart
/// @param imageRef digest reference of its image
/// @param user as whom its first process began; empty where the runtime does not say
/// @param state what it does
public record ContainerView(
        String id,
        String sandboxId,
        String name,
        int attempt,
        String imageRef,
        Optional<ProcessUser> user,
        ContainerState state) {
    /// A container of which the runtime does not say as whom it runs.
    public ContainerView(
            String id,
            String sandboxId,
            String name,
            int attempt,
            String imageRef,
            ContainerState state) {
        this(id, sandboxId, name, attempt, imageRef, Optional.empty(), state);
    }

    /// The same container in another state.
    public ContainerView with(ContainerState other) {
        return new ContainerView(id, sandboxId, name, attempt, imageRef, user, other);
    }
}
