package dev.glovebox.controllers.loop;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// What controllers ask about a pod.
public final class PodFacts {
    private PodFacts() {}

    /// Its phase; `Pending` where it has none yet.
    public static String phase(Pod pod) {
        return Optional.ofNullable(pod.getStatus()).map(PodStatus::getPhase).orElse("Pending");
    }

    /// Whether its containers have ended for good.
    public static boolean hasEnded(Pod pod) {
        return phase(pod).equals("Succeeded") || phase(pod).equals("Failed");
    }

    /// Whether it is being deleted.
    public static boolean isLeaving(Pod pod) {
        return pod.getMetadata().getDeletionTimestamp() != null;
    }

    /// Whether it counts as one of the pods that somebody has.
    public static boolean isActive(Pod pod) {
        return !hasEnded(pod) && !isLeaving(pod);
    }

    /// Whether it was assigned to a node.
    public static boolean isAssigned(Pod pod) {
        String node = pod.getSpec() == null ? null : pod.getSpec().getNodeName();
        return node != null && !node.isEmpty();
    }

    /// A condition of it.
    public static Optional<PodCondition> condition(Pod pod, String type) {
        return pod.getStatus() == null
                ? Optional.empty()
                : pod.getStatus().getConditions().stream()
                        .filter(each -> each.getType().equals(type))
                        .findFirst();
    }

    private static Optional<PodCondition> ready(Pod pod) {
        return condition(pod, "Ready").filter(each -> each.getStatus().equals("True"));
    }

    /// Whether it is ready.
    public static boolean isReady(Pod pod) {
        return ready(pod).isPresent();
    }

    /// Since when it is ready; empty where it is not, or does not say.
    public static Optional<Instant> readySince(Pod pod) {
        return ready(pod).flatMap(each -> Times.of(each.getLastTransitionTime()));
    }

    /// When it will have been ready long enough, if it stays ready; empty where it is not ready.
    public static Optional<Instant> availableFrom(Pod pod, Duration minReady) {
        if (minReady.isZero()) {
            return isReady(pod) ? Optional.of(Instant.MIN) : Optional.empty();
        }
        return readySince(pod).map(since -> since.plus(minReady));
    }

    /// Whether it has been ready long enough.
    public static boolean isAvailable(Pod pod, Duration minReady, Instant now) {
        return availableFrom(pod, minReady).filter(from -> !from.isAfter(now)).isPresent();
    }
}
