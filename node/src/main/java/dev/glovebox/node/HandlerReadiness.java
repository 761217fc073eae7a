package dev.glovebox.node;

/// What is known about the node's runtime handlers. A handler is ready only after it was seen to
/// work.
@FunctionalInterface
public interface HandlerReadiness {
    /// The handler's state now; the empty handler is the runtime's default.
    State of(String handler);

    /// What was seen of a handler.
    sealed interface State {
        /// A probe ran under it and its limits were seen to bind.
        record Ready() implements State {}

        /// Not seen to work, or seen not to.
        ///
        /// @param cause one clause for a user
        record NotReady(String cause) implements State {}
    }
}
