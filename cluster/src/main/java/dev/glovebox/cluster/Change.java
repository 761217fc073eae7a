package dev.glovebox.cluster;

/// One event of a watch.
///
/// @param <T> the model of the object
public sealed interface Change<T> {
    /// An object that entered the scope.
    record Added<T>(T object) implements Change<T> {}

    /// An object that changed inside the scope.
    record Modified<T>(T object) implements Change<T> {}

    /// An object that left the scope or was deleted, in its last state.
    record Deleted<T>(T object) implements Change<T> {}

    /// No object: everything up to this `resourceVersion` has been sent.
    record Bookmark<T>(String resourceVersion) implements Change<T> {}
}
