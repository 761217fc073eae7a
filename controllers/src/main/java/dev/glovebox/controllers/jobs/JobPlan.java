package dev.glovebox.controllers.jobs;

import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/// What is to be done about a Job now, in this order: pods are deleted or made, the status is
/// written, and then those pods are let go that the status has counted.
///
/// @param delete pods to delete
/// @param create pods to make
/// @param status what the status is to say when that has been done
/// @param release pods to let go; each is counted in the status, or does not count
/// @param notes what events are to say when the status is written
/// @param nextLook when to look at it again though nothing has changed; empty for never
record JobPlan(
        List<JobPod> delete,
        List<NewPod> create,
        JobStatus status,
        List<JobPod> release,
        List<Note> notes,
        Optional<Instant> nextLook) {
    JobPlan {
        delete = List.copyOf(delete);
        create = List.copyOf(create);
        Objects.requireNonNull(status, "status");
        release = List.copyOf(release);
        notes = List.copyOf(notes);
    }

    /// A pod to make.
    ///
    /// @param index of the work that it does; empty where pods are all the same
    /// @param replaces the failed pod of that index whose count of failures it goes on with
    record NewPod(OptionalInt index, Optional<JobPod> replaces) {}

    /// What an event says.
    record Note(Kind kind, String reason, String message) {
        /// Whether it is good news.
        enum Kind {
            NORMAL,
            WARNING
        }
    }
}
