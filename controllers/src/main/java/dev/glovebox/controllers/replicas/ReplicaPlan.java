package dev.glovebox.controllers.replicas;

import dev.glovebox.cluster.Selectors;
import dev.glovebox.controllers.loop.DeletionOrder;
import dev.glovebox.controllers.loop.PodFacts;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// What is to be done so that somebody has as many pods as he wants.
///
/// @param create how many pods to make
/// @param delete pods to delete
/// @param status how many there are, before any of that
/// @param nextLook when a pod will have been ready long enough; empty where none waits for that
record ReplicaPlan(int create, List<Pod> delete, ReplicaStatus status, Optional<Instant> nextLook) {
    /// Most pods that are made or deleted at one go.
    static final int BURST = 500;

    ReplicaPlan {
        delete = List.copyOf(delete);
    }

    /// Plans.
    ///
    /// @param owned pods that he controls and selects
    /// @param related active pods of his group, see [Replicas#group]
    static ReplicaPlan of(
            Replicas wanted, Collection<Pod> owned, Collection<Pod> related, Instant now) {
        List<Pod> active = owned.stream().filter(PodFacts::isActive).toList();
        int excess = active.size() - wanted.count();
        boolean managed = !wanted.owner().leaving();
        List<Pod> delete =
                managed && excess > 0
                        ? active.stream()
                                .sorted(new DeletionOrder(related, now))
                                .limit(Math.min(excess, BURST))
                                .toList()
                        : List.of();
        return new ReplicaPlan(
                managed ? Math.clamp(-(long) excess, 0, BURST) : 0,
                delete,
                count(wanted, active, now),
                nextLook(active, wanted.minReady(), now));
    }

    private static ReplicaStatus count(Replicas wanted, List<Pod> active, Instant now) {
        Predicate<HasMetadata> labelled =
                Selectors.ofLabels(
                        Optional.ofNullable(wanted.template().getMetadata())
                                .map(metadata -> metadata.getLabels())
                                .orElse(null));
        return new ReplicaStatus(
                active.size(),
                (int) active.stream().filter(labelled).count(),
                (int) active.stream().filter(PodFacts::isReady).count(),
                (int)
                        active.stream()
                                .filter(pod -> PodFacts.isAvailable(pod, wanted.minReady(), now))
                                .count(),
                wanted.generation(),
                Optional.empty());
    }

    private static Optional<Instant> nextLook(List<Pod> active, Duration minReady, Instant now) {
        return active.stream()
                .flatMap(pod -> PodFacts.availableFrom(pod, minReady).stream())
                .filter(from -> from.isAfter(now))
                .min(Instant::compareTo);
    }
}
