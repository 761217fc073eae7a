package dev.glovebox.scheduler;

import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.DeleteOptions;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Patch;
import dev.glovebox.cluster.Resource;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/// Lets pods leave a node for one of higher priority: each is marked, deleted with its own grace,
/// and told of in an event. Source: KEP-3329, and kube-scheduler's preemption.
final class Evictions {
    private final Cluster cluster;
    private final Verdicts verdicts;
    private final Assumptions assumptions;
    private final Clock clock;

    Evictions(Cluster cluster, Verdicts verdicts, Assumptions assumptions, Clock clock) {
        this.cluster = cluster;
        this.verdicts = verdicts;
        this.assumptions = assumptions;
        this.clock = clock;
    }

    /// Lets the victims go. A node that was meant for a less important pod is not any more: it
    /// looks for another place.
    ///
    /// @param waiting the pods for which nodes are meant
    void carryOut(Pod preemptor, Placement.Preempting plan, List<Pod> waiting) {
        waiting.stream()
                .filter(other -> Snapshot.nomination(other).equals(plan.node()))
                .filter(other -> Snapshot.priority(other) < Snapshot.priority(preemptor))
                .forEach(this::denominate);
        for (Pod victim : plan.victims()) {
            if (victim.getMetadata().getDeletionTimestamp() == null) {
                evict(preemptor, plan.node(), victim);
            }
        }
    }

    private void denominate(Pod other) {
        if (patch(other, "{\"nominatedNodeName\":null}")) {
            assumptions.add(
                    other.edit().editStatus().withNominatedNodeName("").endStatus().build(),
                    now -> Snapshot.nomination(now).isEmpty());
        }
    }

    private void evict(Pod preemptor, String node, Pod victim) {
        String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        String message = Scheduler.NAME + ": preempting to accommodate a higher priority pod";
        boolean there =
                patch(
                        victim,
                        """
                        {"conditions":[{"type":"%s","status":"True","reason":"%s",\
                        "message":"%s","lastTransitionTime":"%s"}]}\
                        """
                                .formatted(Preemption.DISRUPTED, Preemption.REASON, message, now));
        if (!there || !delete(victim)) {
            return;
        }
        assumptions.add(
                victim.edit()
                        .editMetadata()
                        .withDeletionTimestamp(now)
                        .endMetadata()
                        .editOrNewStatus()
                        .addToConditions(
                                new PodConditionBuilder()
                                        .withType(Preemption.DISRUPTED)
                                        .withStatus("True")
                                        .withReason(Preemption.REASON)
                                        .build())
                        .endStatus()
                        .build(),
                seen -> seen.getMetadata().getDeletionTimestamp() != null);
        verdicts.preempted(victim, preemptor, node);
    }

    /// Changes a pod's status; false if it has gone.
    private boolean patch(Pod pod, String status) {
        Patch patch =
                new Patch.StrategicMerge(
                        "{\"metadata\":{\"uid\":\"%s\"},\"status\":%s}"
                                .formatted(pod.getMetadata().getUid(), status));
        return isThere(() -> cluster.patch(Resource.PODS, ObjectKey.of(pod), patch, "status"));
    }

    private boolean delete(Pod pod) {
        DeleteOptions options =
                new DeleteOptions(Optional.empty(), Optional.of(pod.getMetadata().getUid()));
        return isThere(() -> cluster.delete(Resource.PODS, ObjectKey.of(pod), options));
    }

    /// False if the object, or the one that was meant, has gone.
    private static boolean isThere(Runnable change) {
        try {
            change.run();
            return true;
        } catch (ApiException e) {
            if (e.reason() == StatusReason.NOT_FOUND || e.reason() == StatusReason.CONFLICT) {
                return false;
            }
            throw e;
        }
    }
}
