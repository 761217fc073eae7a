package dev.glovebox.controllers.replicas;

import java.util.Objects;
import java.util.Optional;

/// How many pods somebody has.
///
/// @param count those that have not ended and are not leaving
/// @param fullyLabeled of those, with all labels of the template
/// @param ready of those, ready
/// @param available of those, ready long enough
/// @param observedGeneration of the spec by which they were counted
/// @param failure why pods could not be made or deleted; empty for none
record ReplicaStatus(
        int count,
        int fullyLabeled,
        int ready,
        int available,
        long observedGeneration,
        Optional<Failure> failure) {
    ReplicaStatus {
        Objects.requireNonNull(failure, "failure");
    }

    /// The condition `ReplicaFailure`.
    ///
    /// @param reason `FailedCreate` or `FailedDelete`
    record Failure(String reason, String message) {}

    ReplicaStatus failing(Optional<Failure> now) {
        return new ReplicaStatus(count, fullyLabeled, ready, available, observedGeneration, now);
    }
}
