package dev.glovebox.controllers.deployments;

import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// What is to be done about a Deployment now.
///
/// @param create a ReplicaSet to make for its template; empty where there is one, or not yet one
/// @param updates changes of its ReplicaSets
/// @param delete ReplicaSets that are too old to be kept
/// @param revision what its annotation is to say; empty to leave it
/// @param status what its status is to say
/// @param nextLook when to look at it again though nothing has changed; empty for never
record DeploymentPlan(
        Optional<ReplicaSet> create,
        List<Update> updates,
        List<ReplicaSet> delete,
        Optional<String> revision,
        DeploymentStatus status,
        Optional<Instant> nextLook) {
    DeploymentPlan {
        Objects.requireNonNull(create, "create");
        updates = List.copyOf(updates);
        delete = List.copyOf(delete);
        Objects.requireNonNull(status, "status");
    }

    /// A change of a ReplicaSet.
    ///
    /// @param set as it is to be
    /// @param size how many pods it wanted before
    record Update(ReplicaSet set, int size) {
        /// What the event says; empty where the size stays.
        Optional<String> event() {
            int next = Rollout.wanted(set);
            return next == size
                    ? Optional.empty()
                    : Optional.of(
                            "Scaled %s replica set %s from %d to %d"
                                    .formatted(
                                            next > size ? "up" : "down",
                                            set.getMetadata().getName(),
                                            size,
                                            next));
        }
    }
}
