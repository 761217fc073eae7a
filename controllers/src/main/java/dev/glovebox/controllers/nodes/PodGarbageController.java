package dev.glovebox.controllers.nodes;

import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.DeleteOptions;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Reflector;
import dev.glovebox.cluster.Resource;
import dev.glovebox.cluster.WorkQueue.Outcome;
import dev.glovebox.controllers.loop.ControlLoop;
import dev.glovebox.controllers.loop.LoopSettings;
import dev.glovebox.controllers.loop.PodFacts;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Deletes pods that nobody looks after any more: what kube-controller-manager's pod garbage
/// collector does. Which those are [PodGarbage] says.
///
/// Concurrency: there is one key, so that one thread at a time looks; it owns `missing`.
public final class PodGarbageController implements AutoCloseable {
    private static final String ALL = "pods";
    private static final Duration PERIOD = Duration.ofSeconds(20);

    /// How long a node may be missing before it counts as gone: a pod may be seen before its node.
    private static final Duration QUARANTINE = Duration.ofSeconds(40);

    private final Cluster cluster;
    private final Clock clock;
    private final PodWrites writes;
    private final Reflector<Node> nodes;
    private final Reflector<Pod> pods;
    private final Map<String, Instant> missing = new HashMap<>();
    private final ControlLoop<String> loop;

    private PodGarbageController(LoopSettings settings) {
        this.cluster = settings.cluster();
        this.clock = settings.clock();
        this.writes = new PodWrites(cluster, clock);
        this.nodes = settings.informers().of(Resource.NODES);
        this.pods = settings.informers().of(Resource.PODS);
        this.loop =
                settings.<String>loop("pod-garbage-collector")
                        .follow(nodes, node -> Stream.of(ALL))
                        .follow(pods, pod -> Stream.of(ALL).filter(any -> isForlorn(pod)))
                        .start(any -> look());
    }

    /// Starts it.
    public static PodGarbageController start(LoopSettings settings) {
        return new PodGarbageController(settings);
    }

    @Override
    public void close() {
        loop.close();
    }

    private boolean isForlorn(Pod pod) {
        return PodFacts.isAssigned(pod)
                ? nodes.image().get(ObjectKey.of(pod.getSpec().getNodeName())).isEmpty()
                : PodFacts.isLeaving(pod);
    }

    private Outcome look() {
        Instant now = clock.instant();
        PodGarbage garbage =
                PodGarbage.among(pods.image().values(), gone(now), PodGarbage.MOST_ENDED);
        garbage.ended().forEach(this::delete);
        garbage.orphaned()
                .forEach(pod -> {
                    fail(pod);
                    delete(pod);
                });
        garbage.unplaced().forEach(this::delete);
        return new Outcome.Again(PERIOD);
    }

    /// Nodes that have been missing for so long, and of which the API itself says so.
    private Set<String> gone(Instant now) {
        Set<String> asked =
                pods.image().values().stream()
                        .filter(PodFacts::isAssigned)
                        .map(pod -> pod.getSpec().getNodeName())
                        .filter(name -> nodes.image().get(ObjectKey.of(name)).isEmpty())
                        .collect(Collectors.toSet());
        missing.keySet().retainAll(asked);
        asked.forEach(name -> missing.putIfAbsent(name, now));
        return missing.entrySet().stream()
                .filter(each -> !each.getValue().plus(QUARANTINE).isAfter(now))
                .map(Map.Entry::getKey)
                .filter(name -> cluster.get(Resource.NODES, ObjectKey.of(name)).isEmpty())
                .collect(Collectors.toSet());
    }

    private void fail(Pod pod) {
        if (!PodFacts.hasEnded(pod)) {
            writes.fail(pod, "DeletionByPodGC", "PodGC: node no longer exists");
        }
    }

    private void delete(Pod pod) {
        writes.delete(pod, DeleteOptions.now(pod.getMetadata().getUid()));
    }
}
