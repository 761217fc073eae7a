package dev.glovebox.node;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.glovebox.containerd.TaskEvent;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The workers of a node's pods, one a uid, each on a thread of its own.
///
/// Lock order: `this` only, never held during a call to the API or the runtime.
final class PodWorkers implements AutoCloseable {
    private static final Duration LONGEST_STEP = Duration.ofSeconds(30);

    private final NodeParts parts;
    private final PodRunner runner;
    private final StatusWriter statuses;
    private final LateLogs logs;
    private final List<String> hostAddresses;
    private final RuntimeObserver.Changes changes = new RuntimeObserver.Changes();

    @GuardedBy("this")
    private final Map<String, Working> workers = new HashMap<>();

    PodWorkers(
            NodeParts parts,
            PodRunner runner,
            StatusWriter statuses,
            LateLogs logs,
            List<String> hostAddresses) {
        this.parts = parts;
        this.runner = runner;
        this.statuses = statuses;
        this.logs = logs;
        this.hostAddresses = hostAddresses;
    }

    /// A worker and its thread.
    private record Working(PodWorker worker, Thread thread) {
        void put(PodMail mail) {
            worker.mailbox().put(mail);
        }
    }

    /// Gives a pod to its worker, a new one where it has none.
    ///
    /// @param first what a new one is told before it begins
    synchronized void assigned(Pod pod, List<PodMail> first) {
        Working working = workers.get(uid(pod));
        if (working != null) {
            working.put(new PodMail.Spec(pod));
            return;
        }
        PodWorker worker =
                new PodWorker(
                        parts,
                        runner,
                        statuses,
                        logs,
                        hostAddresses,
                        pod,
                        () -> finished(uid(pod)));
        first.forEach(worker.mailbox()::put);
        Thread thread = Thread.ofVirtual().name("pod " + uid(pod)).unstarted(worker);
        workers.put(uid(pod), new Working(worker, thread));
        thread.start();
    }

    /// Tells a pod's worker something; without effect where it has none.
    synchronized void tell(Pod pod, PodMail mail) {
        Working working = workers.get(uid(pod));
        if (working != null) {
            working.put(mail);
        }
    }

    /// Has all look after their volumes.
    synchronized void refresh() {
        PodMail refresh = new PodMail.Refresh(new SeenObjects(new ClusterObjects(parts.cluster())));
        workers.values().forEach(working -> working.put(refresh));
    }

    /// Whose container it is only its worker knows; all look, which is cheap and rare.
    synchronized void ended(TaskEvent.Exited exit) {
        PodMail mail = new PodMail.Exited(exit.container(), exit.exitStatus(), exit.at());
        workers.values().forEach(working -> working.put(mail));
    }

    /// Has the workers of changed pods look.
    synchronized void relisted(List<ContainerRuntime.RuntimePod> all) {
        for (ContainerRuntime.RuntimePod pod : all) {
            Working working = workers.get(pod.uid());
            if (working != null && changes.changed(pod)) {
                working.put(new PodMail.Look());
            }
        }
    }

    /// Whether the pod of that uid has a worker.
    synchronized boolean claimed(String uid) {
        return workers.containsKey(uid);
    }

    private synchronized void finished(String uid) {
        workers.remove(uid);
    }

    /// Lets every worker finish its present step: a step that is cut off could leave a sandbox that
    /// nobody knows.
    @Override
    public void close() {
        List<Working> all;
        synchronized (this) {
            all = List.copyOf(workers.values());
            workers.clear();
        }
        all.forEach(working -> working.worker().mailbox().close());
        try {
            for (Working working : all) {
                working.thread().join(LONGEST_STEP);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static String uid(Pod pod) {
        return pod.getMetadata().getUid();
    }
}
