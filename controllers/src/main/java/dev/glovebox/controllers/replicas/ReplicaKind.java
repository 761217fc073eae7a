package dev.glovebox.controllers.replicas;

import dev.glovebox.cluster.Resource;
import dev.glovebox.cluster.Selectors;
import dev.glovebox.controllers.loop.Kinds;
import dev.glovebox.controllers.loop.Owner;
import dev.glovebox.controllers.loop.Times;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetCondition;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetSpec;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A kind of the API that says how many pods are wanted and how many there are. A
/// ReplicationController has the shape of a ReplicaSet but for its selector, which is a map of
/// labels, and so the model of a ReplicaSet reads and writes both.
///
/// @param resource where its objects are
/// @param kind its name, for example `ReplicaSet`
/// @param selector what an object's selector picks
/// @param component what its controller calls itself in events
record ReplicaKind(
        Resource<ReplicaSet> resource,
        String kind,
        Function<LabelSelector, Predicate<HasMetadata>> selector,
        String component) {
    /// apps/v1 ReplicaSet.
    static final ReplicaKind SETS =
            new ReplicaKind(
                    Kinds.REPLICA_SETS, "ReplicaSet", Selectors::of, "replicaset-controller");

    /// core/v1 ReplicationController.
    static final ReplicaKind CONTROLLERS =
            new ReplicaKind(
                    new Resource<>("", "v1", "replicationcontrollers", true, ReplicaSet.class),
                    "ReplicationController",
                    ReplicaKind::byLabels,
                    "replication-controller");

    private static final String FAILURE = "ReplicaFailure";

    private static Predicate<HasMetadata> byLabels(LabelSelector labels) {
        Map<String, Object> wanted = labels.getAdditionalProperties();
        return wanted.isEmpty()
                ? object -> false
                : object -> Selectors.labels(object).entrySet().containsAll(wanted.entrySet());
    }

    /// What an object wants.
    Replicas wanted(ReplicaSet set) {
        ReplicaSetSpec spec = set.getSpec();
        Predicate<HasMetadata> selected =
                spec.getSelector() == null ? object -> false : selector.apply(spec.getSelector());
        Owner owner = Owner.of(set, selected);
        return new Replicas(
                owner,
                Owner.controllerOf(set).map(OwnerReference::getUid).orElse(owner.uid()),
                Objects.requireNonNullElse(spec.getReplicas(), 1),
                Duration.ofSeconds(Objects.requireNonNullElse(spec.getMinReadySeconds(), 0)),
                spec.getTemplate(),
                Objects.requireNonNullElse(set.getMetadata().getGeneration(), 0L));
    }

    /// What an object's status says; zero where it says nothing.
    ReplicaStatus status(ReplicaSet set) {
        ReplicaSetStatus status =
                Objects.requireNonNullElseGet(set.getStatus(), ReplicaSetStatus::new);
        return new ReplicaStatus(
                orZero(status.getReplicas()),
                orZero(status.getFullyLabeledReplicas()),
                orZero(status.getReadyReplicas()),
                orZero(status.getAvailableReplicas()),
                Objects.requireNonNullElse(status.getObservedGeneration(), 0L),
                failure(status)
                        .map(each ->
                                new ReplicaStatus.Failure(each.getReason(), each.getMessage())));
    }

    private static Optional<ReplicaSetCondition> failure(ReplicaSetStatus status) {
        return status.getConditions().stream()
                .filter(each -> each.getType().equals(FAILURE))
                .findFirst();
    }

    private static int orZero(@Nullable Integer count) {
        return count == null ? 0 : count;
    }

    /// A copy of an object with another status.
    ///
    /// @param now when its condition changed, if it did
    ReplicaSet withStatus(ReplicaSet set, ReplicaStatus status, Instant now) {
        List<ReplicaSetCondition> conditions = new ArrayList<>();
        if (set.getStatus() != null) {
            conditions.addAll(set.getStatus().getConditions());
        }
        conditions.removeIf(each -> each.getType().equals(FAILURE));
        status.failure()
                .ifPresent(failure ->
                        conditions.add(
                                new ReplicaSetCondition(
                                        Times.text(now),
                                        failure.message(),
                                        failure.reason(),
                                        "True",
                                        FAILURE)));
        return new ReplicaSetBuilder(set)
                .editOrNewStatus()
                .withReplicas(status.count())
                .withFullyLabeledReplicas(status.fullyLabeled())
                .withReadyReplicas(status.ready())
                .withAvailableReplicas(status.available())
                .withObservedGeneration(status.observedGeneration())
                .withConditions(conditions)
                .endStatus()
                .build();
    }
}
