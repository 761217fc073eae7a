package dev.glovebox.controllers.cronjobs;

import io.fabric8.kubernetes.api.model.batch.v1.CronJobStatus;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// What is to be done about a CronJob now.
///
/// @param replace Jobs that still run and whose place the new one takes; deleted before it is made
/// @param start the Job to make
/// @param expired Jobs that have ended and are too many to be kept
/// @param status what the status is to say, but for the new Job
/// @param notes what events are to say
/// @param nextLook when it is due again; empty for never
record CronPlan(
        List<Job> replace,
        Optional<Start> start,
        List<Job> expired,
        CronJobStatus status,
        List<Note> notes,
        Optional<Instant> nextLook) {
    CronPlan {
        replace = List.copyOf(replace);
        expired = List.copyOf(expired);
        Objects.requireNonNull(status, "status");
        notes = List.copyOf(notes);
    }

    /// A Job to make.
    ///
    /// @param due when it was due
    record Start(Job job, Instant due) {}

    /// What an event says.
    record Note(boolean warning, String reason, String message) {
        static Note normal(String reason, String message) {
            return new Note(false, reason, message);
        }

        static Note warning(String reason, String message) {
            return new Note(true, reason, message);
        }
    }
}
