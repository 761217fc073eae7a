package dev.glovebox.engine;

import dev.glovebox.cluster.Reflector;
import dev.glovebox.cluster.Resource;
import dev.glovebox.cluster.Scope;
import dev.glovebox.control.Refusal;
import dev.glovebox.model.Names;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.Optional;

/// A pod's one container as the API shows it.
///
/// @param pods of [OnePod#reflector]
record PodWatch(Reflector<Pod> pods, OnePod one) {
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration START_ERROR_SHOWS = Duration.ofSeconds(5);

    /// Waits until the container runs or has ended. Answers with the node that it is on.
    ///
    /// @throws Refusal where it will not run, with what an event or a status says
    Parts awaitStart() throws Refusal, InterruptedException {
        long seen = 0;
        while (true) {
            var image = pods.awaitAfter(seen, LOOK);
            Optional<Pod> pod = image.get(one.key());
            if (state(pod)
                    .filter(each -> each.getRunning() != null || each.getTerminated() != null)
                    .isPresent()) {
                return pod.flatMap(one::nodeOf)
                        .orElseThrow(() ->
                                new Refusal(
                                        RunOutcome.NOT_RUN,
                                        "the pod is on a node that is none of this"
                                                + " engine's own"));
            }
            if (image.isSynced() && pod.filter(one::isThis).isEmpty()) {
                throw new Refusal(RunOutcome.NOT_RUN, "the pod was deleted before it ran");
            }
            Optional<String> trouble = trouble();
            if (trouble.isPresent()) {
                throw new Refusal(
                        RunOutcome.NOT_RUN, "the pod does not start: " + trouble.get() + handler());
            }
            seen = image.generation();
        }
    }

    /// Waits for the container's end. Empty where the pod was taken away before.
    Optional<ContainerStateTerminated> awaitEnd() throws InterruptedException {
        long seen = 0;
        while (true) {
            var image = pods.awaitAfter(seen, LOOK);
            Optional<Pod> pod = image.get(one.key());
            var end = state(pod).map(ContainerState::getTerminated);
            if (end.isPresent() || (image.isSynced() && pod.filter(one::isThis).isEmpty())) {
                return end;
            }
            seen = image.generation();
        }
    }

    /// The end of a container whose command could not be started, where that is why it does not
    /// run: an event may tell of it before the status does.
    Optional<ContainerStateTerminated> startError() throws InterruptedException {
        long until = System.nanoTime() + START_ERROR_SHOWS.toNanos();
        long seen = 0;
        while (System.nanoTime() < until) {
            var image = pods.awaitAfter(seen, LOOK);
            var end = state(image.get(one.key())).map(ContainerState::getTerminated);
            if (end.isPresent()) {
                return end.filter(RunOutcome::notStarted);
            }
            seen = image.generation();
        }
        return Optional.empty();
    }

    private Optional<ContainerState> state(Optional<Pod> seen) {
        return seen.filter(one::isThis)
                .map(Pod::getStatus)
                .filter(status -> status.getContainerStatuses() != null)
                .flatMap(status -> status.getContainerStatuses().stream().findFirst())
                .map(status -> status.getState());
    }

    /// What is wrong with gVisor, where the pod wants it and no node has it: such a pod finds no
    /// node, which the scheduler alone cannot explain.
    private String handler() {
        if (!Names.GVISOR_CLASS.equals(one.pod().getSpec().getRuntimeClassName())) {
            return "";
        }
        return Parts.notReady(one.nodes(), Names.GVISOR_HANDLER)
                .map(why ->
                        "; handler \"%s\" is not ready for untrusted pods: %s"
                                .formatted(Names.GVISOR_HANDLER, why))
                .orElse("");
    }

    /// What the pod's events warn of: nothing of a run is tried twice.
    private Optional<String> trouble() {
        Scope scope =
                new Scope(
                        one.pod().getMetadata().getNamespace(),
                        "type=Warning,involvedObject.uid=" + one.pod().getMetadata().getUid(),
                        "");
        return one.cluster().list(Resource.EVENTS, scope).items().stream()
                .map(event -> Optional.ofNullable(event.getMessage()).orElse(event.getReason()))
                .map(message -> Troubles.line(String.valueOf(message)))
                .findFirst();
    }
}
