package dev.glovebox.engine;

import dev.glovebox.cluster.Backoff;
import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.DeleteOptions;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Reflector;
import dev.glovebox.cluster.Resource;
import dev.glovebox.cluster.Scope;
import dev.glovebox.containerd.CriException;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A pod of one container that a command line had made, on one of this engine's own nodes: ended
/// and removed when it has done its work.
///
/// @param pod as the API answered when it was made
record OnePod(Cluster cluster, List<Parts> nodes, Pod pod) {
    private static final Logger LOG = LoggerFactory.getLogger(OnePod.class);
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration LONGEST_REMOVAL = Duration.ofSeconds(30);

    OnePod {
        nodes = List.copyOf(nodes);
    }

    ObjectKey key() {
        return ObjectKey.of(pod);
    }

    /// Follows it in the API. The caller closes that.
    Reflector<Pod> reflector() {
        return Reflector.start(
                cluster,
                Resource.PODS,
                new Scope(
                        pod.getMetadata().getNamespace(),
                        "metadata.name=" + pod.getMetadata().getName(),
                        ""),
                Backoff.DEFAULT);
    }

    /// Ends it before its container ends by itself, by its removal.
    void end() {
        begunToRemove();
    }

    /// Ends it likewise, but stops its container alone, so that the pod stays; one whose container
    /// was not made yet is removed all the same.
    void endAndKeep() {
        Optional<Pod> seen = cluster.get(Resource.PODS, key()).filter(this::isThis);
        Optional<Parts> node = seen.flatMap(this::nodeOf);
        List<String> containers = seen.map(OnePod::containers).orElse(List.of());
        if (node.isEmpty() || containers.isEmpty()) {
            begunToRemove();
            return;
        }
        try {
            containers.forEach(id -> node.get().cri().stopContainer(id, Duration.ofSeconds(1)));
        } catch (CriException e) {
            LOG.atWarn()
                    .addKeyValue("pod", key())
                    .addKeyValue("cause", e.getMessage())
                    .log("a run's container does not stop; removing its pod");
            begunToRemove();
        }
    }

    /// Whether an object of the API is this very pod, and no other of its name.
    boolean isThis(Pod seen) {
        return seen.getMetadata().getUid().equals(pod.getMetadata().getUid());
    }

    /// The node that it is on; empty while it is on none, or on one that is not the engine's own.
    Optional<Parts> nodeOf(Pod seen) {
        return Optional.ofNullable(seen.getSpec().getNodeName())
                .flatMap(name -> Parts.called(name, nodes));
    }

    /// CRI's ids of the containers that a pod has.
    static List<String> containers(Pod seen) {
        return Optional.ofNullable(seen.getStatus())
                .map(status -> status.getContainerStatuses())
                .stream()
                .flatMap(List::stream)
                .map(ContainerStatus::getContainerID)
                .map(id -> Optional.ofNullable(id).orElse(""))
                .filter(id -> !id.isEmpty())
                .map(id -> id.replaceFirst("^[a-z]+://", ""))
                .toList();
    }

    /// Removes the pod and waits until the node has cleared it away.
    void remove() throws InterruptedException {
        if (!begunToRemove()) {
            return;
        }
        try (Reflector<Pod> pods = reflector()) {
            long deadline = System.nanoTime() + LONGEST_REMOVAL.toNanos();
            var image = pods.awaitAfter(0, LONGEST_REMOVAL);
            while (image.get(key()).filter(this::isThis).isPresent()
                    && System.nanoTime() < deadline) {
                image = pods.awaitAfter(image.generation(), LOOK);
            }
        }
    }

    /// Whether there is something to wait for.
    private boolean begunToRemove() {
        try {
            cluster.delete(
                    Resource.PODS,
                    key(),
                    new DeleteOptions(Optional.empty(), Optional.of(pod.getMetadata().getUid())));
            return true;
        } catch (ApiException e) {
            if (e.reason() != StatusReason.NOT_FOUND && e.reason() != StatusReason.CONFLICT) {
                LOG.atWarn()
                        .addKeyValue("pod", key())
                        .addKeyValue("cause", e.getMessage())
                        .log("the pod of a run was not removed");
            }
            return false;
        }
    }
}
