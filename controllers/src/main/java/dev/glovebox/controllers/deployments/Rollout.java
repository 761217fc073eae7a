package dev.glovebox.controllers.deployments;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentSpec;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A Deployment as it was seen, with what it has.
///
/// @param sets ReplicaSets that it controls, oldest first
/// @param crowded uids of those ReplicaSets of whose pods some have not ended
record Rollout(
        Deployment deployment, List<ReplicaSet> sets, Collection<String> crowded, Instant now) {
    /// Oldest first; those of one second by name.
    static final Comparator<ReplicaSet> BY_AGE =
            Comparator.comparing(
                            (ReplicaSet set) -> set.getMetadata().getCreationTimestamp(),
                            Comparator.nullsLast(Comparator.naturalOrder()))
                    .thenComparing(set -> set.getMetadata().getName());

    Rollout {
        Objects.requireNonNull(deployment, "deployment");
        Objects.requireNonNull(now, "now");
        sets = sets.stream().sorted(BY_AGE).toList();
        crowded = List.copyOf(crowded);
    }

    DeploymentSpec spec() {
        return deployment.getSpec();
    }

    DeploymentStatus status() {
        return Objects.requireNonNullElseGet(deployment.getStatus(), DeploymentStatus::new);
    }

    /// How many pods are wanted.
    int wanted() {
        return Objects.requireNonNullElse(spec().getReplicas(), 1);
    }

    Fenceposts fenceposts() {
        return Fenceposts.of(spec(), wanted());
    }

    /// Most pods at a time.
    int most() {
        return wanted() + fenceposts().surge();
    }

    /// Fewest available pods.
    int least() {
        return wanted() - fenceposts().unavailable();
    }

    boolean paused() {
        return Boolean.TRUE.equals(spec().getPaused());
    }

    boolean recreates() {
        return spec().getStrategy() != null && "Recreate".equals(spec().getStrategy().getType());
    }

    /// How long there may be no progress; empty for any time.
    Optional<Duration> deadline() {
        return Optional.ofNullable(spec().getProgressDeadlineSeconds())
                .filter(seconds -> seconds != Integer.MAX_VALUE)
                .map(Duration::ofSeconds);
    }

    /// How many old ReplicaSets stay; empty for all.
    Optional<Integer> history() {
        return Optional.ofNullable(spec().getRevisionHistoryLimit())
                .filter(limit -> limit != Integer.MAX_VALUE);
    }

    /// The oldest ReplicaSet that has the Deployment's template; empty until there is one.
    Optional<ReplicaSet> newest() {
        return sets.stream()
                .filter(set -> Templates.same(set.getSpec().getTemplate(), spec().getTemplate()))
                .findFirst();
    }

    /// All others.
    List<ReplicaSet> old() {
        String uid = newest().map(set -> set.getMetadata().getUid()).orElse("");
        return sets.stream().filter(set -> !set.getMetadata().getUid().equals(uid)).toList();
    }

    /// How many pods a ReplicaSet wants.
    static int wanted(ReplicaSet set) {
        return Objects.requireNonNullElse(set.getSpec().getReplicas(), 1);
    }

    static int wanted(Collection<ReplicaSet> sets) {
        return sets.stream().mapToInt(Rollout::wanted).sum();
    }

    /// What statuses of ReplicaSets say, added up.
    static int counted(
            Collection<ReplicaSet> sets, Function<ReplicaSetStatus, @Nullable Integer> count) {
        return sets.stream()
                .map(ReplicaSet::getStatus)
                .filter(Objects::nonNull)
                .map(count)
                .filter(Objects::nonNull)
                .mapToInt(Integer::intValue)
                .sum();
    }

    static int available(Collection<ReplicaSet> sets) {
        return counted(sets, ReplicaSetStatus::getAvailableReplicas);
    }

    static int present(Collection<ReplicaSet> sets) {
        return counted(sets, ReplicaSetStatus::getReplicas);
    }
}
