package dev.glovebox.controllers.deployments;

import dev.glovebox.controllers.loop.Times;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatusBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetCondition;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetStatus;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The status of a Deployment: how many pods it has, and how far it has come. Pure. Source:
/// kube-controller-manager's `progress.go` and `sync.go`.
final class Progress {
    private static final String COMPLETE = "NewReplicaSetAvailable";
    private static final String TIMED_OUT = "ProgressDeadlineExceeded";
    private static final String PAUSED = "DeploymentPaused";

    private final Rollout rollout;
    private final Optional<ReplicaSet> newest;
    private Conditions conditions;

    /// @param newest the ReplicaSet of the Deployment's template, if there is one
    Progress(Rollout rollout, Optional<ReplicaSet> newest) {
        this.rollout = rollout;
        this.newest = newest;
        this.conditions = new Conditions(rollout.status().getConditions(), rollout.now());
    }

    /// Whether all pods are of the new template and available.
    static boolean isComplete(Rollout rollout, DeploymentStatus status) {
        return orZero(status.getUpdatedReplicas()) == rollout.wanted()
                && orZero(status.getReplicas()) == rollout.wanted()
                && orZero(status.getAvailableReplicas()) == rollout.wanted()
                && Objects.requireNonNullElse(status.getObservedGeneration(), 0L)
                        >= generation(rollout);
    }

    private static long generation(Rollout rollout) {
        return Objects.requireNonNullElse(rollout.deployment().getMetadata().getGeneration(), 0L);
    }

    private static int orZero(@Nullable Integer count) {
        return count == null ? 0 : count;
    }

    /// Notes that progress is not expected while the Deployment is paused, and is again after that.
    void notePause() {
        if (rollout.deadline().isEmpty()
                || conditions.says(Conditions.PROGRESSING, TIMED_OUT)
                || rollout.paused() == conditions.says(Conditions.PROGRESSING, PAUSED)) {
            return;
        }
        conditions =
                rollout.paused()
                        ? progressing("Unknown", PAUSED, "Deployment is paused")
                        : progressing("Unknown", "DeploymentResumed", "Deployment is resumed");
    }

    private Conditions progressing(String status, String reason, String message) {
        return conditions.with(Conditions.PROGRESSING, status, reason, message);
    }

    /// Notes that the ReplicaSet was found or made of which nothing was known yet.
    void noteFound(String name) {
        if (rollout.deadline().isPresent() && conditions.get(Conditions.PROGRESSING).isEmpty()) {
            conditions =
                    progressing(
                            "True",
                            "FoundNewReplicaSet",
                            "Found new replica set \"%s\"".formatted(name));
        }
    }

    /// Notes that a ReplicaSet was made for the template.
    void noteCreated(String name) {
        if (rollout.deadline().isPresent()) {
            conditions =
                    progressing(
                            "True",
                            "NewReplicaSetCreated",
                            "Created new replica set \"%s\"".formatted(name));
        }
    }

    /// Notes that no ReplicaSet could be made for the template.
    void noteNotCreated(String message) {
        if (rollout.deadline().isPresent()) {
            conditions = progressing("False", "ReplicaSetCreateError", message);
        }
    }

    /// The status by what was counted and noted.
    DeploymentStatus status() {
        List<ReplicaSet> sets = rollout.sets();
        int available = Rollout.available(sets);
        conditions =
                available >= rollout.least()
                        ? conditions.with(
                                Conditions.AVAILABLE,
                                "True",
                                "MinimumReplicasAvailable",
                                "Deployment has minimum availability.")
                        : conditions.with(
                                Conditions.AVAILABLE,
                                "False",
                                "MinimumReplicasUnavailable",
                                "Deployment does not have minimum availability.");
        return new DeploymentStatusBuilder(rollout.status())
                .withObservedGeneration(generation(rollout))
                .withReplicas(orNull(Rollout.present(sets)))
                .withUpdatedReplicas(orNull(Rollout.present(newest.stream().toList())))
                .withReadyReplicas(
                        orNull(Rollout.counted(sets, ReplicaSetStatus::getReadyReplicas)))
                .withAvailableReplicas(orNull(available))
                .withUnavailableReplicas(orNull(Math.max(0, Rollout.wanted(sets) - available)))
                .withConditions(conditions.all())
                .build();
    }

    /// Kubernetes leaves out what is zero.
    private static @Nullable Integer orNull(int count) {
        return count == 0 ? null : count;
    }

    /// The status with what there is to say about a rollout that goes on.
    DeploymentStatus rolloutStatus() {
        DeploymentStatus counted = status();
        if (rollout.deadline().isEmpty()) {
            conditions = conditions.without(Conditions.PROGRESSING);
        } else if (orZero(counted.getReplicas()) != orZero(counted.getUpdatedReplicas())
                || !conditions.says(Conditions.PROGRESSING, COMPLETE)) {
            estimate(counted);
        }
        noteFailures();
        return new DeploymentStatusBuilder(counted).withConditions(conditions.all()).build();
    }

    private void estimate(DeploymentStatus counted) {
        if (isComplete(rollout, counted)) {
            conditions = progressing("True", COMPLETE, whose() + " has successfully progressed.");
        } else if (hasProgressed(counted)) {
            conditions =
                    conditions.renewed(
                            Conditions.PROGRESSING,
                            "True",
                            "ReplicaSetUpdated",
                            whose() + " is progressing.");
        } else if (isOverdue()) {
            conditions = progressing("False", TIMED_OUT, whose() + " has timed out progressing.");
        }
    }

    private String whose() {
        return newest.map(set -> "ReplicaSet \"%s\"".formatted(set.getMetadata().getName()))
                .orElseGet(() ->
                        "Deployment \"%s\""
                                .formatted(rollout.deployment().getMetadata().getName()));
    }

    private boolean hasProgressed(DeploymentStatus now) {
        DeploymentStatus before = rollout.status();
        int oldBefore = orZero(before.getReplicas()) - orZero(before.getUpdatedReplicas());
        int oldNow = orZero(now.getReplicas()) - orZero(now.getUpdatedReplicas());
        return orZero(now.getUpdatedReplicas()) > orZero(before.getUpdatedReplicas())
                || oldNow < oldBefore
                || orZero(now.getReadyReplicas()) > orZero(before.getReadyReplicas())
                || orZero(now.getAvailableReplicas()) > orZero(before.getAvailableReplicas());
    }

    private boolean isOverdue() {
        return conditions.says(Conditions.PROGRESSING, TIMED_OUT)
                || (!conditions.says(Conditions.PROGRESSING, COMPLETE)
                        && due().filter(due -> due.isBefore(rollout.now())).isPresent());
    }

    /// When there must have been progress; empty where nothing is expected.
    private Optional<Instant> due() {
        return conditions
                .get(Conditions.PROGRESSING)
                .map(DeploymentCondition::getLastUpdateTime)
                .flatMap(Times::of)
                .flatMap(last -> rollout.deadline().map(last::plus));
    }

    /// When to look whether there has been progress; empty where nothing is expected.
    Optional<Instant> nextLook(DeploymentStatus status) {
        return isComplete(rollout, status) || conditions.says(Conditions.PROGRESSING, TIMED_OUT)
                ? Optional.empty()
                : due().map(due -> due.plusSeconds(1));
    }

    /// A failure of the new template's ReplicaSet goes before those of others.
    private void noteFailures() {
        Optional<ReplicaSetCondition> failure =
                Stream.concat(newest.stream(), rollout.sets().stream())
                        .map(ReplicaSet::getStatus)
                        .filter(Objects::nonNull)
                        .flatMap(status -> status.getConditions().stream())
                        .filter(each -> each.getType().equals(Conditions.FAILURE))
                        .findFirst();
        conditions =
                failure.map(each ->
                                conditions.with(
                                        Conditions.FAILURE,
                                        each.getStatus(),
                                        String.valueOf(each.getReason()),
                                        String.valueOf(each.getMessage())))
                        .orElseGet(() -> conditions.without(Conditions.FAILURE));
    }
}
