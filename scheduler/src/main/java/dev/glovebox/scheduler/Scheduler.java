package dev.glovebox.scheduler;

import dev.glovebox.cluster.Backoff;
import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.Delta;
import dev.glovebox.cluster.Image;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Reflector;
import dev.glovebox.cluster.Resource;
import dev.glovebox.cluster.Scope;
import dev.glovebox.cluster.Selectors;
import dev.glovebox.cluster.WorkQueue;
import dev.glovebox.cluster.WorkQueue.Outcome;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Assigns pods to nodes: watches both, decides for one pod at a time by [Scheduling], binds it, or
/// says in its status and an event why not, lets less important pods leave where that helps, and
/// tries again whenever something changes that may help.
///
/// Concurrency: virtual threads, one for each kind of object, turn changes into keys of the queue;
/// another takes them one by one and owns `assumptions`.
public final class Scheduler implements AutoCloseable {
    /// The `spec.schedulerName` that it answers to.
    static final String NAME = "default-scheduler";

    private static final Logger LOG = LoggerFactory.getLogger(Scheduler.class);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /// When a pod that fits nowhere is looked at again though nothing has changed.
    private static final Duration LATER = Duration.ofMinutes(5);

    /// The more important pod first, then the older one.
    private static final Comparator<Pod> URGENCY =
            Comparator.<Pod>comparingInt(Snapshot::priority)
                    .reversed()
                    .thenComparing(
                            pod -> pod.getMetadata().getCreationTimestamp(),
                            Comparator.nullsFirst(Comparator.naturalOrder()))
                    .thenComparing(pod -> pod.getMetadata().getName());

    private final Cluster cluster;
    private final Verdicts verdicts;
    private final Reflector<Pod> pods;
    private final Reflector<Node> nodes;
    private final Known known;
    private final WorkQueue<ObjectKey> queue;
    private final Assumptions assumptions = new Assumptions();
    private final Evictions evictions;
    private final VolumeRequests volumes;

    private volatile boolean closed;

    private final List<Thread> threads = new ArrayList<>();

    private Scheduler(Cluster cluster, Clock clock, Backoff backoff) {
        this.cluster = cluster;
        this.verdicts = new Verdicts(cluster, clock);
        this.evictions = new Evictions(cluster, verdicts, assumptions, clock);
        this.volumes = new VolumeRequests(cluster);
        this.queue = new WorkQueue<>(clock, backoff, this::compare);
        this.pods = Reflector.start(cluster, Resource.PODS, Scope.ALL, backoff);
        this.nodes = Reflector.start(cluster, Resource.NODES, Scope.ALL, backoff);
        this.known = Known.start(cluster, backoff);
    }

    /// Starts scheduling.
    ///
    /// @param cluster the API as the scheduler's identity sees it
    /// @param backoff between attempts that the API fails
    public static Scheduler start(Cluster cluster, Clock clock, Backoff backoff) {
        Scheduler scheduler = new Scheduler(cluster, clock, backoff);
        scheduler.spawn("scheduler-pods", scheduler::followPods);
        scheduler.spawn("scheduler-nodes", scheduler::followNodes);
        scheduler
                .known
                .storage()
                .forEach(each ->
                        scheduler.spawn("scheduler-storage", () -> scheduler.followStorage(each)));
        scheduler.spawn("scheduler", scheduler::work);
        return scheduler;
    }

    /// Stops; what was bound stays bound.
    @Override
    public void close() {
        closed = true;
        queue.close();
        threads.forEach(Thread::interrupt);
        pods.close();
        nodes.close();
        known.close();
    }

    private interface Loop {
        void run() throws InterruptedException;
    }

    private void spawn(String name, Loop loop) {
        threads.add(
                Thread.ofVirtual()
                        .name(name)
                        .start(() -> {
                            try {
                                loop.run();
                            } catch (InterruptedException e) {
                                LOG.atDebug().addKeyValue("thread", name).log("Scheduler ends");
                            }
                        }));
    }

    private void followPods() throws InterruptedException {
        Image<Pod> seen = Image.unknown();
        while (!closed) {
            Image<Pod> next = pods.awaitAfter(seen.generation(), PATIENCE);
            Delta<Pod> delta = Delta.between(seen, next);
            Image<Pod> before = seen;
            addWaiting(
                    delta.changed().values().stream()
                            .filter(pod -> isNews(before.get(ObjectKey.of(pod)), pod))
                            .toList());
            boolean freed =
                    delta.removed().values().stream().anyMatch(Snapshot::isAssigned)
                            || delta.changed().values().stream().anyMatch(Snapshot::isEnded);
            if (freed) {
                addWaiting(next.values());
            }
            verdicts.forget(delta.removed().values());
            seen = next;
        }
    }

    /// Whether a decision about a pod may come out another way: what is written about it in its
    /// status, by us for example, is no news.
    private static boolean isNews(Optional<Pod> before, Pod now) {
        return before.filter(pod -> pod.getSpec().equals(now.getSpec()))
                .filter(pod -> Selectors.labels(pod).equals(Selectors.labels(now)))
                .filter(pod -> Snapshot.nomination(pod).equals(Snapshot.nomination(now)))
                .isEmpty();
    }

    private void followNodes() throws InterruptedException {
        Image<Node> seen = Image.unknown();
        while (!closed) {
            Image<Node> next = nodes.awaitAfter(seen.generation(), PATIENCE);
            if (next.generation() > seen.generation()) {
                addWaiting(pods.image().values());
            }
            seen = next;
        }
    }

    /// Claims, volumes and their classes matter only to pods that use claims.
    private <T extends HasMetadata> void followStorage(Reflector<T> reflector)
            throws InterruptedException {
        long seen = Image.<T>unknown().generation();
        while (!closed) {
            long next = reflector.awaitAfter(seen, PATIENCE).generation();
            if (next > seen) {
                addWaiting(pods.image().values().stream().filter(PodClaims::areUsed).toList());
            }
            seen = next;
        }
    }

    /// Queues those that wait for a place. The first may be taken before the last is in.
    private void addWaiting(Collection<Pod> candidates) {
        candidates.stream()
                .filter(Scheduler::isWaiting)
                .sorted(URGENCY)
                .forEach(pod -> queue.add(ObjectKey.of(pod)));
    }

    /// The more urgent pod comes first; pods that are gone come last.
    private int compare(ObjectKey one, ObjectKey other) {
        Image<Pod> image = pods.image();
        return Comparator.nullsLast(URGENCY)
                .compare(image.objects().get(one), image.objects().get(other));
    }

    /// Whether a pod is ours to place: not placed, not gated, not on its way out.
    private static boolean isWaiting(Pod pod) {
        String scheduler = pod.getSpec().getSchedulerName();
        return !Snapshot.isAssigned(pod)
                && !Snapshot.isEnded(pod)
                && pod.getMetadata().getDeletionTimestamp() == null
                && pod.getSpec().getSchedulingGates().isEmpty()
                && (scheduler == null || scheduler.isEmpty() || scheduler.equals(NAME));
    }

    private void work() throws InterruptedException {
        // A decision is worth nothing before all is known that it depends on.
        while (!closed && !nodes.image().isSynced()) {
            nodes.awaitAfter(0, PATIENCE);
        }
        known.awaitSynced();
        while (!closed) {
            Optional<ObjectKey> key = queue.take(PATIENCE);
            if (key.isPresent()) {
                queue.finish(key.get(), attempt(key.get()));
            }
        }
    }

    private Outcome attempt(ObjectKey key) {
        try {
            return schedule(key);
        } catch (RuntimeException e) {
            LOG.atWarn()
                    .addKeyValue("namespace", key.namespace())
                    .addKeyValue("pod", key.name())
                    .setCause(e)
                    .log("Attempt to schedule failed");
            return new Outcome.Failed();
        }
    }

    private Outcome schedule(ObjectKey key) {
        Image<Pod> image = pods.image();
        Image<Node> knownNodes = nodes.image();
        List<Pod> all = assumptions.applyTo(image);
        Optional<Pod> found = assumptions.get(image, key).filter(Scheduler::isWaiting);
        if (found.isEmpty()) {
            return new Outcome.Done();
        }
        Pod pod = found.get();
        Snapshot snapshot = Snapshot.of(knownNodes.values(), all, known.surroundings());
        return switch (Scheduling.decide(snapshot, pod)) {
            case Placement.Assigned(String node) -> bind(key, pod, node);
            case Placement.Waiting plan -> {
                nominate(pod, VolumeRequests.told(plan), plan.node(), snapshot);
                volumes.carryOut(plan);
                yield new Outcome.Again(LATER);
            }
            case Placement.Unschedulable(String message, boolean keepsNomination) -> {
                nominate(pod, message, keepsNomination ? Snapshot.nomination(pod) : "", snapshot);
                yield new Outcome.Again(LATER);
            }
            case Placement.Preempting plan -> {
                evictions.carryOut(pod, plan, snapshot.nominated());
                nominate(pod, plan.message(), plan.node(), snapshot);
                yield new Outcome.Again(LATER);
            }
        };
    }

    /// Says that a pod has no place, and which node is meant for it, if one is.
    private void nominate(Pod pod, String message, String node, Snapshot snapshot) {
        if (verdicts.unschedulable(pod, message, node) && hasNoNodeForItsClass(pod, snapshot)) {
            verdicts.noNodeForClass(pod);
        }
        assumptions.add(
                pod.edit().editOrNewStatus().withNominatedNodeName(node).endStatus().build(),
                now -> Snapshot.isAssigned(now) || Snapshot.nomination(now).equals(node));
    }

    private static boolean hasNoNodeForItsClass(Pod pod, Snapshot snapshot) {
        var selector = pod.getSpec().getNodeSelector();
        return pod.getSpec().getRuntimeClassName() != null
                && selector != null
                && !selector.isEmpty()
                && snapshot.nodes().stream()
                        .noneMatch(
                                node -> node.labels().entrySet().containsAll(selector.entrySet()));
    }

    private Outcome bind(ObjectKey key, Pod pod, String node) {
        try {
            cluster.bind(key, pod.getMetadata().getUid(), node);
        } catch (ApiException e) {
            if (e.reason() == StatusReason.NOT_FOUND || e.reason() == StatusReason.CONFLICT) {
                LOG.atDebug()
                        .addKeyValue("namespace", key.namespace())
                        .addKeyValue("pod", key.name())
                        .setCause(e)
                        .log("Pod went or was placed by somebody else");
                return new Outcome.Done();
            }
            throw e;
        }
        assumptions.add(
                pod.edit().editSpec().withNodeName(node).endSpec().build(), Snapshot::isAssigned);
        verdicts.assigned(pod, node);
        return new Outcome.Done();
    }
}
