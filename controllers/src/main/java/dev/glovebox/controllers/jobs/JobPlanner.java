package dev.glovebox.controllers.jobs;

import dev.glovebox.controllers.loop.PodFacts;
import dev.glovebox.controllers.loop.Times;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatusBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Plans what is to be done about a Job. Pure: whoever carries a plan out sees the outcome in the
/// next facts. Source: kube-controller-manager's job controller.
final class JobPlanner {
    private static final String SUCCEEDING = "SuccessCriteriaMet";
    private static final String FAILING = "FailureTarget";
    private static final String SUSPENDED = "Suspended";

    private final JobView job;
    private final List<JobPod> pods;
    private final List<JobPod> active;
    private final Instant now;
    private final FailurePolicy policy;
    private final JobTally tally;
    private final Optional<JobIndexes> indexes;
    private final List<JobCondition> conditions;
    private final List<JobPlan.Note> notes = new ArrayList<>();
    private Optional<Instant> started;

    private JobPlanner(JobView job, List<JobPod> pods, Instant now) {
        this.job = job;
        this.pods = pods;
        this.active = pods.stream().filter(pod -> PodFacts.isActive(pod.pod())).toList();
        this.now = now;
        this.policy = new FailurePolicy(job);
        this.tally = new JobTally(job, pods, policy);
        this.indexes =
                job.indexed() ? Optional.of(new JobIndexes(job, pods, policy)) : Optional.empty();
        this.conditions = new ArrayList<>(job.status().getConditions());
        this.started = job.started();
    }

    /// How a Job ends.
    ///
    /// @param type of the condition in the end, `Complete` or `Failed`
    record Ending(String type, String reason, String message) {
        static Ending failed(String reason, String message) {
            return new Ending(JobView.FAILED, reason, message);
        }

        private static Ending of(String type, JobCondition interim) {
            return new Ending(
                    type,
                    String.valueOf(interim.getReason()),
                    String.valueOf(interim.getMessage()));
        }
    }

    /// A plan for a Job that has not ended.
    ///
    /// @param owned pods that it controls
    static JobPlan plan(Job job, List<Pod> owned, Instant now) {
        return new JobPlanner(new JobView(job), owned.stream().map(JobPod::new).toList(), now)
                .plan();
    }

    private JobPlan plan() {
        if (started.isEmpty() && !job.suspended()) {
            started = Optional.of(now);
        }
        Optional<Ending> ending = decided();
        JobSizing sizing = JobSizing.NOTHING;
        if (ending.isPresent()) {
            sizing = JobSizing.deleting(active);
        } else if (!job.leaving()) {
            sizing = JobSizing.of(job, pods, indexes, succeeded(), now);
            if (isComplete(sizing)) {
                ending =
                        Optional.of(
                                new Ending(
                                        JobView.COMPLETE,
                                        "CompletionsReached",
                                        "Reached expected number of succeeded pods"));
            } else {
                noteSuspension();
            }
        }
        tally.track(ending, indexes);
        ending.ifPresent(this::noteInterim);
        int terminating =
                (int) pods.stream().filter(JobPod::isTerminating).count() + sizing.delete().size();
        Optional<Ending> over =
                ending.filter(each -> tally.isSettled() && terminating == 0 && active.isEmpty());
        over.ifPresent(this::noteEnd);
        return new JobPlan(
                sizing.delete(),
                sizing.create(),
                status(sizing, terminating, over),
                tally.release(),
                notes,
                Times.earlier(
                        sizing.nextLook(), ending.isPresent() ? Optional.empty() : deadline()));
    }

    private int succeeded() {
        return indexes.map(each -> each.succeeded().size()).orElseGet(tally::succeededSoFar);
    }

    private Optional<Instant> deadline() {
        return job.deadline()
                .or(() ->
                        job.suspended()
                                ? Optional.empty()
                                : Optional.ofNullable(job.spec().getActiveDeadlineSeconds())
                                        .flatMap(seconds ->
                                                started.map(start -> start.plusSeconds(seconds))));
    }

    /// How it ends, if that has been decided: by what it says already, by a failure, by enough
    /// successes of an Indexed Job; in this order.
    private Optional<Ending> decided() {
        return job.condition(SUCCEEDING)
                .map(interim -> Ending.of(JobView.COMPLETE, interim))
                .or(() -> job.condition(FAILING).map(interim -> Ending.of(JobView.FAILED, interim)))
                .or(this::byPolicy)
                .or(this::byLimits)
                .or(() -> indexes.flatMap(this::byIndexes));
    }

    private Optional<Ending> byPolicy() {
        return pods.stream()
                .filter(pod -> pod.hasFailed(job))
                .map(pod -> policy.of(pod.pod()))
                .filter(verdict -> verdict.effect() == FailurePolicy.Effect.FAIL_JOB)
                .findFirst()
                .map(verdict -> Ending.failed("PodFailurePolicy", verdict.message()));
    }

    private Optional<Ending> byLimits() {
        if (tally.failedSoFar() > job.backoffLimit() || hasRestartedTooOften()) {
            return Optional.of(
                    Ending.failed(
                            "BackoffLimitExceeded", "Job has reached the specified backoff limit"));
        }
        return job.deadline()
                .filter(deadline -> !deadline.isAfter(now))
                .map(deadline ->
                        Ending.failed(
                                "DeadlineExceeded",
                                "Job was active longer than specified deadline"));
    }

    private boolean hasRestartedTooOften() {
        if (!"OnFailure".equals(job.spec().getTemplate().getSpec().getRestartPolicy())) {
            return false;
        }
        int restarts =
                pods.stream()
                        .filter(pod -> !PodFacts.hasEnded(pod.pod()))
                        .mapToInt(JobPod::restarts)
                        .sum();
        return restarts >= Math.max(1, job.backoffLimit());
    }

    private Optional<Ending> byIndexes(JobIndexes all) {
        int failed = job.limitPerIndex().isPresent() ? all.failed().size() : 0;
        Integer most = job.spec().getMaxFailedIndexes();
        if (most != null && failed > most) {
            return Optional.of(
                    Ending.failed(
                            "MaxFailedIndexesExceeded",
                            "Job has exceeded the specified maximal number of failed indexes"));
        }
        if (failed > 0 && failed + all.succeeded().size() >= job.completions().orElse(0)) {
            return Optional.of(Ending.failed("FailedIndexes", "Job has failed indexes"));
        }
        return all.successPolicyMet()
                .map(words -> new Ending(JobView.COMPLETE, "SuccessPolicy", words));
    }

    private boolean isComplete(JobSizing sizing) {
        boolean enough =
                job.completions()
                        .map(completions -> succeeded() >= completions)
                        .orElse(succeeded() > 0);
        return enough && active.size() + sizing.create().size() == sizing.delete().size();
    }

    private void noteSuspension() {
        boolean changed =
                job.suspended()
                        ? set(SUSPENDED, "True", "JobSuspended", "Job suspended")
                        : has(SUSPENDED) && set(SUSPENDED, "False", "JobResumed", "Job resumed");
        if (changed) {
            notes.add(
                    new JobPlan.Note(
                            JobPlan.Note.Kind.NORMAL,
                            job.suspended() ? "Suspended" : "Resumed",
                            job.suspended() ? "Job suspended" : "Job resumed"));
            started = job.suspended() ? started : Optional.of(now);
        }
    }

    /// How it will end is said before the last pods are let go, so that it stays decided.
    private void noteInterim(Ending ending) {
        String type = ending.type().equals(JobView.COMPLETE) ? SUCCEEDING : FAILING;
        if (!has(type)) {
            set(type, "True", ending.reason(), ending.message());
        }
    }

    private void noteEnd(Ending ending) {
        set(ending.type(), "True", ending.reason(), ending.message());
        boolean complete = ending.type().equals(JobView.COMPLETE);
        if (complete && succeeded() > job.completions().orElse(Integer.MAX_VALUE)) {
            notes.add(
                    new JobPlan.Note(
                            JobPlan.Note.Kind.WARNING,
                            "TooManySucceededPods",
                            "Too many succeeded pods running after completion count reached"));
        }
        notes.add(
                complete
                        ? new JobPlan.Note(JobPlan.Note.Kind.NORMAL, "Completed", "Job completed")
                        : new JobPlan.Note(
                                JobPlan.Note.Kind.WARNING, ending.reason(), ending.message()));
    }

    private boolean has(String type) {
        return conditions.stream().anyMatch(each -> each.getType().equals(type));
    }

    /// Sets a condition; whether it said something else before.
    private boolean set(String type, String status, String reason, String message) {
        boolean same =
                conditions.stream()
                        .anyMatch(each ->
                                each.getType().equals(type)
                                        && each.getStatus().equals(status)
                                        && reason.equals(each.getReason())
                                        && message.equals(each.getMessage()));
        if (!same) {
            String time = Times.text(now);
            conditions.removeIf(each -> each.getType().equals(type));
            conditions.add(new JobCondition(time, time, message, reason, status, type));
        }
        return !same;
    }

    private JobStatus status(JobSizing sizing, int terminating, Optional<Ending> over) {
        int size = active.size() + sizing.create().size() - sizing.delete().size();
        long ready =
                active.stream()
                        .filter(pod -> !sizing.delete().contains(pod))
                        .filter(pod -> PodFacts.isReady(pod.pod()))
                        .count();
        JobStatusBuilder status =
                new JobStatusBuilder(job.status())
                        .withActive(orNull(size))
                        .withReady((int) ready)
                        .withTerminating(terminating)
                        .withSucceeded(orNull(tally.countedSucceeded()))
                        .withFailed(orNull(tally.countedFailed()))
                        .withUncountedTerminatedPods(tally.uncounted())
                        .withStartTime(started.map(Times::text).orElse(null))
                        .withConditions(conditions);
        indexes.ifPresent(each -> {
            status.withSucceeded(orNull(each.succeeded().size()));
            String text = each.succeeded().toString();
            status.withCompletedIndexes(text.isEmpty() ? null : text);
            if (job.limitPerIndex().isPresent()) {
                status.withFailedIndexes(each.failed().toString());
            }
        });
        over.filter(each -> each.type().equals(JobView.COMPLETE))
                .ifPresent(each -> status.withCompletionTime(Times.text(now)));
        return status.build();
    }

    /// Kubernetes leaves out what is zero.
    private static @org.jspecify.annotations.Nullable Integer orNull(int count) {
        return count == 0 ? null : count;
    }
}
