package dev.glovebox.controllers.jobs;

import dev.glovebox.controllers.loop.Times;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.fabric8.kubernetes.api.model.batch.v1.JobSpec;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// What a Job says of itself.
record JobView(Job job) {
    static final String COMPLETE = "Complete";
    static final String FAILED = "Failed";

    JobSpec spec() {
        return job.getSpec();
    }

    JobStatus status() {
        return Objects.requireNonNullElseGet(job.getStatus(), JobStatus::new);
    }

    int parallelism() {
        return Objects.requireNonNullElse(spec().getParallelism(), 1);
    }

    /// How many pods must succeed; empty where one success ends the Job.
    Optional<Integer> completions() {
        return Optional.ofNullable(spec().getCompletions());
    }

    boolean indexed() {
        return "Indexed".equals(spec().getCompletionMode());
    }

    /// Whether its completion mode is one that is known.
    boolean understood() {
        String mode = spec().getCompletionMode();
        return mode == null || Set.of("Indexed", "NonIndexed").contains(mode);
    }

    int backoffLimit() {
        return Objects.requireNonNullElse(spec().getBackoffLimit(), 6);
    }

    /// How often an index may fail before it has failed for good; empty where the whole counts.
    Optional<Integer> limitPerIndex() {
        return indexed() ? Optional.ofNullable(spec().getBackoffLimitPerIndex()) : Optional.empty();
    }

    boolean suspended() {
        return Boolean.TRUE.equals(spec().getSuspend());
    }

    boolean leaving() {
        return job.getMetadata().getDeletionTimestamp() != null;
    }

    /// Whether a pod is replaced only when it has ended, not when it begins to.
    boolean replacesOnlyFailed() {
        return "Failed".equals(spec().getPodReplacementPolicy())
                || spec().getPodFailurePolicy() != null;
    }

    /// Whether somebody else carries it out.
    boolean isOthers() {
        String by = spec().getManagedBy();
        return by != null && !by.equals("kubernetes.io/job-controller");
    }

    Optional<Instant> started() {
        return Times.of(status().getStartTime());
    }

    /// When it has been active for too long; empty for never, or not while it is suspended. One
    /// that was suspended begins anew.
    Optional<Instant> deadline() {
        boolean stands = suspended() || condition("Suspended").isPresent();
        return stands || spec().getActiveDeadlineSeconds() == null
                ? Optional.empty()
                : started().map(start -> start.plusSeconds(spec().getActiveDeadlineSeconds()));
    }

    /// The condition of that type if it is true.
    Optional<JobCondition> condition(String type) {
        return status().getConditions().stream()
                .filter(each -> each.getType().equals(type))
                .filter(each -> each.getStatus().equals("True"))
                .findFirst();
    }

    /// The condition that ended it; empty while it goes on.
    Optional<JobCondition> ending() {
        return condition(COMPLETE).or(() -> condition(FAILED));
    }

    /// When nobody needs it any more; empty where it goes on, or stays.
    Optional<Instant> expiry() {
        Integer ttl = spec().getTtlSecondsAfterFinished();
        return ttl == null
                ? Optional.empty()
                : ending().flatMap(each -> Times.of(each.getLastTransitionTime()))
                        .map(end -> end.plus(Duration.ofSeconds(ttl)));
    }
}
