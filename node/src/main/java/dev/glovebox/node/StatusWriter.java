package dev.glovebox.node;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Resource;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import dev.glovebox.node.pod.PodFacts;
import dev.glovebox.node.pod.PodStatuses;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes pods' statuses to the API, of several pods at a time. The latest of a pod wins, one write
/// of a pod is in flight, and a status never reaches another pod of the same name.
///
/// Lock order: only `this`, never held during a call to the API.
final class StatusWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StatusWriter.class);
    private static final Duration RETRY = Duration.ofSeconds(1);

    /// Writes at a time. Each waits for the disk, and the API's store takes together what waits.
    private static final int WRITERS = 4;

    private final Cluster cluster;
    private final Pause pause = new Pause();
    private final List<Thread> threads;

    @GuardedBy("this")
    private final Map<String, Pending> waiting = new LinkedHashMap<>();

    @GuardedBy("this")
    private final Map<String, PodStatus> written = new HashMap<>();

    @GuardedBy("this")
    private final Map<String, PodStatus> inFlight = new HashMap<>();

    StatusWriter(Cluster cluster) {
        this.cluster = cluster;
        this.threads =
                IntStream.range(0, WRITERS)
                        .mapToObj(i -> Thread.ofVirtual().name("status-" + i).unstarted(this::run))
                        .toList();
    }

    void start() {
        threads.forEach(Thread::start);
    }

    /// Takes note of a pod's status; does not wait.
    synchronized void offer(Pod pod, PodStatus status) {
        String uid = pod.getMetadata().getUid();
        if (!status.equals(latest(uid))) {
            waiting.put(uid, new Pending(key(pod), uid, status));
            notifyAll();
        }
    }

    /// The status that the pod has, or will have once what was offered is written.
    @GuardedBy("this")
    private @Nullable PodStatus latest(String uid) {
        Pending pending = waiting.get(uid);
        return pending != null ? pending.status() : inFlight.getOrDefault(uid, written.get(uid));
    }

    /// Waits until the pod's latest status is written or its object is gone.
    synchronized void flush(String uid) throws InterruptedException {
        while (waiting.containsKey(uid) || inFlight.containsKey(uid)) {
            wait();
        }
    }

    /// Forgets a pod that is gone.
    synchronized void forget(String uid) {
        waiting.remove(uid);
        written.remove(uid);
        notifyAll();
    }

    /// Begins no further write; statuses that wait are left to the next agent.
    @Override
    public synchronized void close() {
        pause.close();
        notifyAll();
    }

    private record Pending(ObjectKey key, String uid, PodStatus status) {}

    private static ObjectKey key(Pod pod) {
        return new ObjectKey(pod.getMetadata().getNamespace(), pod.getMetadata().getName());
    }

    /// Writes what is offered until closed.
    void run() {
        try {
            Optional<Pending> next = take();
            while (next.isPresent()) {
                boolean done = write(next.get());
                finished(next.get(), done);
                next = done || pause.elapses(RETRY) ? take() : Optional.empty();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// What is to be written next; empty when closed.
    private synchronized Optional<Pending> take() throws InterruptedException {
        Optional<Pending> next = next();
        while (next.isEmpty() && !pause.closed()) {
            wait();
            next = next();
        }
        if (pause.closed()) {
            return Optional.empty();
        }
        waiting.remove(next.orElseThrow().uid());
        inFlight.put(next.orElseThrow().uid(), next.orElseThrow().status());
        return next;
    }

    @GuardedBy("this")
    private Optional<Pending> next() {
        for (Pending pending : waiting.values()) {
            if (!inFlight.containsKey(pending.uid())) {
                return Optional.of(pending);
            }
        }
        return Optional.empty();
    }

    private synchronized void finished(Pending pending, boolean done) {
        inFlight.remove(pending.uid());
        if (done) {
            written.put(pending.uid(), pending.status());
        } else {
            waiting.putIfAbsent(pending.uid(), pending);
        }
        notifyAll();
    }

    /// The status with the conditions of others as they stand now: the one that the status was made
    /// of may be older. A pod that is evicted tells of its disruption, which others tell of too.
    private static PodStatus withForeign(PodStatus status, @Nullable PodStatus current) {
        if (current == null) {
            return status;
        }
        List<PodCondition> conditions =
                Stream.concat(
                                PodFacts.orEmpty(status.getConditions()).stream()
                                        .filter(c -> PodStatuses.isOurs(c, status)),
                                PodFacts.orEmpty(current.getConditions()).stream()
                                        .filter(c -> !PodStatuses.isOurs(c, status)))
                        .toList();
        return new PodStatusBuilder(status).withConditions(conditions).build();
    }

    /// Whether nothing is left to do.
    private boolean write(Pending pending) {
        try {
            Optional<Pod> current = cluster.get(Resource.PODS, pending.key());
            if (current.isEmpty() || !pending.uid().equals(current.get().getMetadata().getUid())) {
                return true;
            }
            Pod pod = current.get();
            pod.setStatus(withForeign(pending.status(), pod.getStatus()));
            cluster.updateStatus(Resource.PODS, pod);
            return true;
        } catch (ApiException e) {
            if (e.reason() != StatusReason.CONFLICT) {
                LOG.atWarn()
                        .addKeyValue("pod", pending.key())
                        .addKeyValue("cause", e.getMessage())
                        .log("a pod's status could not be written");
            }
            return e.reason() == StatusReason.NOT_FOUND;
        } catch (RuntimeException e) {
            // What nobody thought of: other pods' statuses do not wait for it.
            LOG.atError()
                    .addKeyValue("pod", pending.key())
                    .setCause(e)
                    .log("writing a pod's status went wrong");
            return false;
        }
    }
}
