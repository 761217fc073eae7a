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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes pods' statuses to the API. The latest of a pod wins, one write of a pod is in flight, and
/// a status never reaches another pod of the same name.
///
/// Lock order: only `this`, never held during a call to the API.
final class StatusWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StatusWriter.class);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Cluster cluster;
    private final Pause pause = new Pause();
    private final Thread thread;

    @GuardedBy("this")
    private final Map<String, Pending> waiting = new LinkedHashMap<>();

    @GuardedBy("this")
    private final Map<String, PodStatus> written = new HashMap<>();

    @GuardedBy("this")
    private String inFlight = "";

    StatusWriter(Cluster cluster) {
        this.cluster = cluster;
        this.thread = Thread.ofVirtual().name("status").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /// Takes note of a pod's status; does not wait.
    synchronized void offer(Pod pod, PodStatus status) {
        String uid = pod.getMetadata().getUid();
        if (status.equals(written.get(uid)) && !waiting.containsKey(uid)) {
            return;
        }
        waiting.put(uid, new Pending(key(pod), uid, status));
        notifyAll();
    }

    /// Waits until the pod's latest status is written or its object is gone.
    synchronized void flush(String uid) throws InterruptedException {
        while (waiting.containsKey(uid) || inFlight.equals(uid)) {
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
        while (waiting.isEmpty() && !pause.closed()) {
            wait();
        }
        if (pause.closed()) {
            return Optional.empty();
        }
        Pending next = waiting.values().iterator().next();
        waiting.remove(next.uid());
        inFlight = next.uid();
        return Optional.of(next);
    }

    private synchronized void finished(Pending pending, boolean done) {
        inFlight = "";
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
