package dev.glovebox.engine;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.cluster.Backoff;
import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.DeleteOptions;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Reflector;
import dev.glovebox.cluster.Resource;
import dev.glovebox.cluster.Scope;
import dev.glovebox.containerd.CriException;
import dev.glovebox.control.Conversation;
import dev.glovebox.control.Refusal;
import dev.glovebox.control.RunSpec;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One `run`: makes the pod, passes its streams on, ends with its exit code, and removes it.
final class RunRequest {
    private static final Logger LOG = LoggerFactory.getLogger(RunRequest.class);
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration LONGEST_REMOVAL = Duration.ofSeconds(30);

    private final Cluster cluster;
    private final List<Parts> nodes;
    private final RunSpec spec;
    private final Conversation talk;

    RunRequest(Cluster cluster, List<Parts> nodes, RunSpec spec, Conversation talk) {
        this.cluster = cluster;
        this.nodes = nodes;
        this.spec = spec;
        this.talk = talk;
    }

    int run() throws Refusal, IOException, InterruptedException {
        String image = spec.image().isEmpty() ? nodes.getFirst().busybox() : spec.image();
        new NodeImages(nodes).without(image).pull(image, talk);
        talk.progress("starting the pod");
        RunNamespace.ensure(cluster, spec);
        Pod pod = cluster.create(Resource.PODS, RunPod.of(spec, image));
        try {
            return follow(pod);
        } finally {
            if (!spec.keep()) {
                remove(pod);
            }
        }
    }

    private int follow(Pod pod) throws Refusal, IOException, InterruptedException {
        talk.onHangUp(() -> end(pod));
        try (Reflector<Pod> pods =
                        Reflector.start(cluster, Resource.PODS, scope(pod), Backoff.DEFAULT);
                InputStream _ = talk.input()) {
            PodWatch watch = new PodWatch(pods, pod);
            Parts node = watch.awaitStart();
            talk.progress("");
            try (RunStreams streams = new RunStreams(node.streams(), spec, talk, key(pod));
                    Timer timer = new Timer(pod)) {
                streams.pass();
                RunOutcome end = watch.awaitEnd();
                return tell(pod, timer.outcome().orElse(end), streams);
            }
        }
    }

    private int tell(Pod pod, RunOutcome outcome, RunStreams streams) throws IOException {
        if (spec.json()) {
            ObjectNode report =
                    new ObjectMapper()
                            .createObjectNode()
                            .put("namespace", pod.getMetadata().getNamespace())
                            .put("pod", pod.getMetadata().getName())
                            .put("runtimeClass", pod.getSpec().getRuntimeClassName())
                            .put("exitCode", outcome.exitCode())
                            .put("reason", outcome.reason())
                            .put("message", outcome.message());
            streams.addKept(report);
            write(talk.output(), report + "\n");
        } else if (!outcome.message().isEmpty()) {
            write(talk.error(), "glovebox: " + outcome.message() + "\n");
        }
        return outcome.exitCode();
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    private static ObjectKey key(Pod pod) {
        return ObjectKey.of(pod);
    }

    private static Scope scope(Pod pod) {
        return new Scope(
                pod.getMetadata().getNamespace(),
                "metadata.name=" + pod.getMetadata().getName(),
                "");
    }

    /// Ends the pod before its container ends by itself: one that is to be kept by stopping that
    /// container, any other, and one whose container was not made yet, by its removal.
    private void end(Pod pod) {
        Optional<Pod> seen = spec.keep() ? seen(pod) : Optional.empty();
        Optional<Parts> node = seen.flatMap(this::nodeOf);
        List<String> containers = seen.map(RunRequest::containers).orElse(List.of());
        if (node.isEmpty() || containers.isEmpty()) {
            begunToRemove(pod);
            return;
        }
        try {
            containers.forEach(id -> node.get().cri().stopContainer(id, Duration.ofSeconds(1)));
        } catch (CriException e) {
            LOG.atWarn()
                    .addKeyValue("pod", key(pod))
                    .addKeyValue("cause", e.getMessage())
                    .log("a run's container does not stop; removing its pod");
            begunToRemove(pod);
        }
    }

    /// The pod as it is by now.
    private Optional<Pod> seen(Pod pod) {
        return cluster.get(Resource.PODS, key(pod)).filter(seen -> is(Optional.of(seen), pod));
    }

    /// The node that it is on; empty while it is on none, or on one that is not the engine's own.
    private Optional<Parts> nodeOf(Pod seen) {
        return Optional.ofNullable(seen.getSpec().getNodeName())
                .flatMap(name -> Parts.called(name, nodes));
    }

    /// CRI's ids of the containers that a pod has.
    private static List<String> containers(Pod seen) {
        return Optional.ofNullable(seen.getStatus())
                .map(status -> status.getContainerStatuses())
                .stream()
                .flatMap(List::stream)
                .map(status -> Optional.ofNullable(status.getContainerID()).orElse(""))
                .filter(id -> !id.isEmpty())
                .map(id -> id.replaceFirst("^[a-z]+://", ""))
                .toList();
    }

    /// Removes the pod and waits until the node has cleared it away.
    private void remove(Pod pod) throws InterruptedException {
        if (!begunToRemove(pod)) {
            return;
        }
        try (Reflector<Pod> pods =
                Reflector.start(cluster, Resource.PODS, scope(pod), Backoff.DEFAULT)) {
            long deadline = System.nanoTime() + LONGEST_REMOVAL.toNanos();
            var image = pods.awaitAfter(0, LONGEST_REMOVAL);
            while (is(image.get(key(pod)), pod) && System.nanoTime() < deadline) {
                image = pods.awaitAfter(image.generation(), LOOK);
            }
        }
    }

    /// Whether there is something to wait for.
    private boolean begunToRemove(Pod pod) {
        try {
            cluster.delete(
                    Resource.PODS,
                    key(pod),
                    new DeleteOptions(Optional.empty(), Optional.of(pod.getMetadata().getUid())));
            return true;
        } catch (ApiException e) {
            if (e.reason() != StatusReason.NOT_FOUND && e.reason() != StatusReason.CONFLICT) {
                LOG.atWarn()
                        .addKeyValue("pod", key(pod))
                        .addKeyValue("cause", e.getMessage())
                        .log("the pod of a run was not removed");
            }
            return false;
        }
    }

    private static boolean is(Optional<Pod> seen, Pod pod) {
        return seen.filter(each -> each.getMetadata().getUid().equals(pod.getMetadata().getUid()))
                .isPresent();
    }

    /// The pod's container as the API shows it.
    private final class PodWatch {
        private final Reflector<Pod> pods;
        private final Pod pod;

        PodWatch(Reflector<Pod> pods, Pod pod) {
            this.pods = pods;
            this.pod = pod;
        }

        /// Waits until the container runs or has ended. Answers with the node that it is on.
        ///
        /// @throws Refusal where it will not run, with what an event or a status says
        Parts awaitStart() throws Refusal, InterruptedException {
            long seen = 0;
            while (true) {
                var image = pods.awaitAfter(seen, LOOK);
                Optional<ContainerState> state = state(image.get(key(pod)));
                if (state.filter(each -> each.getRunning() != null || each.getTerminated() != null)
                        .isPresent()) {
                    return image.get(key(pod))
                            .flatMap(RunRequest.this::nodeOf)
                            .orElseThrow(() ->
                                    new Refusal(
                                            RunOutcome.NOT_RUN,
                                            "the pod is on a node that is none of this"
                                                    + " engine's own"));
                }
                if (image.isSynced() && !is(image.get(key(pod)), pod)) {
                    throw new Refusal(RunOutcome.NOT_RUN, "the pod was deleted before it ran");
                }
                Optional<String> trouble = trouble();
                if (trouble.isPresent()) {
                    throw new Refusal(
                            RunOutcome.NOT_RUN, "the pod does not start: " + trouble.get());
                }
                seen = image.generation();
            }
        }

        /// Waits for the container's end.
        RunOutcome awaitEnd() throws InterruptedException {
            long seen = 0;
            while (true) {
                var image = pods.awaitAfter(seen, LOOK);
                var end = state(image.get(key(pod))).map(ContainerState::getTerminated);
                if (end.isPresent()) {
                    return RunOutcome.of(spec, end.get());
                }
                if (image.isSynced() && !is(image.get(key(pod)), pod)) {
                    return RunOutcome.deleted();
                }
                seen = image.generation();
            }
        }

        private Optional<ContainerState> state(Optional<Pod> seen) {
            return seen.filter(each -> is(Optional.of(each), pod))
                    .map(Pod::getStatus)
                    .filter(status -> status.getContainerStatuses() != null)
                    .flatMap(status -> status.getContainerStatuses().stream().findFirst())
                    .map(status -> status.getState());
        }

        /// What the pod's events warn of: nothing of a run is tried twice.
        private Optional<String> trouble() {
            Scope scope =
                    new Scope(
                            pod.getMetadata().getNamespace(),
                            "type=Warning,involvedObject.uid=" + pod.getMetadata().getUid(),
                            "");
            return cluster.list(Resource.EVENTS, scope).items().stream()
                    .map(event -> Optional.ofNullable(event.getMessage()).orElse(event.getReason()))
                    .map(message -> Troubles.line(String.valueOf(message)))
                    .findFirst();
        }
    }

    /// Ends the pod when its time is up.
    private final class Timer implements AutoCloseable {
        private final CountDownLatch ended = new CountDownLatch(1);
        private final CountDownLatch fired = new CountDownLatch(1);

        Timer(Pod pod) {
            if (!spec.timeout().isZero()) {
                Thread.ofVirtual().name("run-timeout").start(() -> await(pod));
            }
        }

        private void await(Pod pod) {
            try {
                if (!ended.await(spec.timeout().toMillis(), TimeUnit.MILLISECONDS)) {
                    fired.countDown();
                    end(pod);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        Optional<RunOutcome> outcome() {
            return fired.getCount() == 0
                    ? Optional.of(RunOutcome.timedOut(spec.timeout()))
                    : Optional.empty();
        }

        @Override
        public void close() {
            ended.countDown();
        }
    }
}
