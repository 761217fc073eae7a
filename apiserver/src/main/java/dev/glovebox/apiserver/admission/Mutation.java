package dev.glovebox.apiserver.admission;

import java.util.Optional;

/// A step of admission that comes after all that change an object and may change it further, so
/// that the others have to look again. Safe for use by any thread.
@FunctionalInterface
public interface Mutation {
    /// Changes a request's object.
    ///
    /// @return what remains to be done when the other steps have looked at what it changed; empty
    ///   when it changed nothing
    /// @throws dev.glovebox.model.ApiException when the request is refused
    Optional<Runnable> mutate(AdmissionRequest request);
}
