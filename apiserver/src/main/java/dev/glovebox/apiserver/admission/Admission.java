package dev.glovebox.apiserver.admission;

/// One step of admission: changes a request's object, refuses the request, or lets it pass.
/// Stateless; safe for use by any thread.
@FunctionalInterface
public interface Admission {
    /// Judges a request.
    ///
    /// @throws dev.glovebox.model.ApiException when it is refused
    void admit(AdmissionRequest request);

    /// Judges the request once more when all steps have changed what they change and the object has
    /// been found valid.
    ///
    /// @throws dev.glovebox.model.ApiException when it is refused
    default void validate(AdmissionRequest request) {}
}
