package dev.glovebox.node.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateTerminatedBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Writes what the API shows of a pod's containers, in the kubelet's words. Pure.
final class ContainerStatuses {
    /// How long a failed pull is shown as such before it is shown as waiting for the next one.
    static final Duration SHOW_PULL_ERROR = Duration.ofSeconds(5);

    /// What a memory limit does to a pod whose kernel is one process on the host.
    static final String WHOLE_POD =
            "the pod reached its memory limit; under this runtime the whole pod ends";

    private final Pod pod;
    private final PodView view;
    private final PodMemory memory;
    private final Instant now;
    private final boolean initialized;
    private final boolean ended;

    ContainerStatuses(Pod pod, PodView view, PodMemory memory, Instant now) {
        this.pod = pod;
        this.view = view;
        this.memory = memory;
        this.now = now;
        this.ended = PodPlanner.ending(pod, view, now).isPresent();
        this.initialized =
                PodFacts.initContainers(pod).stream()
                        .allMatch(
                                c -> view.latest(c.getName()).filter(this::succeeded).isPresent());
    }

    boolean initialized() {
        return initialized;
    }

    List<ContainerStatus> init() {
        return PodFacts.initContainers(pod).stream()
                .map(container -> {
                    ContainerStatus status = status(container, true);
                    status.setReady(
                            view.latest(container.getName()).filter(this::succeeded).isPresent());
                    return status;
                })
                .toList();
    }

    List<ContainerStatus> main() {
        return pod.getSpec().getContainers().stream()
                .map(container -> {
                    ContainerStatus status = status(container, initialized);
                    boolean running = status.getState().getRunning() != null;
                    status.setReady(running);
                    status.setStarted(running);
                    return status;
                })
                .toList();
    }

    private boolean succeeded(ContainerView container) {
        return container.state() instanceof ContainerState.Exited exited && exited.exitCode() == 0;
    }

    private ContainerStatus status(Container container, boolean mayRun) {
        Optional<ContainerView> latest = view.latest(container.getName());
        ContainerStatusBuilder status =
                new ContainerStatusBuilder()
                        .withName(container.getName())
                        .withImage(container.getImage())
                        .withImageID(latest.map(ContainerView::imageRef).orElse(""))
                        .withRestartCount(latest.map(ContainerView::attempt).orElse(0))
                        .withNewState()
                        .endState()
                        .withNewLastState()
                        .endLastState();
        latest.ifPresent(c -> status.withContainerID(id(c)));
        view.previous(container.getName())
                .ifPresent(c -> terminated(c).ifPresent(t -> last(status, t)));
        if (latest.isEmpty()) {
            Waiting waiting = waiting(container, mayRun);
            return waiting(status, waiting).build();
        }
        return withState(status, container, latest.get()).build();
    }

    private ContainerStatusBuilder withState(
            ContainerStatusBuilder status, Container container, ContainerView latest) {
        return switch (latest.state()) {
            case ContainerState.Created created -> waiting(status, waiting(container, true));
            case ContainerState.Running(Instant startedAt) ->
                    status.editState()
                            .withNewRunning()
                            .withStartedAt(startedAt.toString())
                            .endRunning()
                            .endState();
            case ContainerState.Exited exited -> {
                Optional<Waiting> next = ended ? Optional.empty() : nextStart(container, latest);
                ContainerStateTerminated t = terminated(latest).orElseThrow();
                if (next.isPresent()) {
                    yield waiting(last(status, t), next.get());
                }
                yield status.editState().withTerminated(t).endState();
            }
        };
    }

    /// Why a container that ended and will run again does not run yet; empty where it will not, or
    /// is about to.
    private Optional<Waiting> nextStart(Container container, ContainerView latest) {
        Optional<SandboxView> sandbox = view.sandbox();
        if (sandbox.isEmpty() || !ContainerOutcomes.mustRun(pod, sandbox.get(), latest)) {
            return Optional.empty();
        }
        if (PodPlanner.restartAt(latest, memory).isAfter(now)) {
            BackOff backOff = memory.restarts().get(container.getName());
            return Optional.of(
                    new Waiting(
                            "CrashLoopBackOff",
                            "back-off %s restarting failed container=%s pod=%s_%s(%s)"
                                    .formatted(
                                            goDuration(backOff),
                                            container.getName(),
                                            pod.getMetadata().getName(),
                                            pod.getMetadata().getNamespace(),
                                            pod.getMetadata().getUid())));
        }
        return failure(container);
    }

    private static String goDuration(@Nullable BackOff backOff) {
        long seconds = backOff == null ? 0 : backOff.delay().toSeconds();
        return seconds < 60 ? seconds + "s" : seconds / 60 + "m" + seconds % 60 + "s";
    }

    private Waiting waiting(Container container, boolean mayRun) {
        return failure(container)
                .orElse(new Waiting(mayRun ? "ContainerCreating" : "PodInitializing", ""));
    }

    private Optional<Waiting> failure(Container container) {
        if (memory.images().get(container.getName()) instanceof ImageState.Failed failed) {
            boolean fresh =
                    now.isBefore(failed.backOff().since().plus(SHOW_PULL_ERROR))
                            || !failed.reason().equals("ErrImagePull");
            return Optional.of(
                    fresh
                            ? new Waiting(failed.reason(), failed.message())
                            : new Waiting(
                                    "ImagePullBackOff",
                                    "Back-off pulling image \""
                                            + container.getImage()
                                            + "\": "
                                            + failed.message()));
        }
        return Optional.ofNullable(memory.starts().get(container.getName()))
                .map(failure -> new Waiting(failure.reason(), failure.message()));
    }

    private record Waiting(String reason, String message) {}

    private static ContainerStatusBuilder waiting(ContainerStatusBuilder status, Waiting waiting) {
        return status.editState()
                .withNewWaiting()
                .withReason(waiting.reason())
                .withMessage(waiting.message().isEmpty() ? null : waiting.message())
                .endWaiting()
                .endState();
    }

    private static ContainerStatusBuilder last(
            ContainerStatusBuilder status, ContainerStateTerminated terminated) {
        return status.editLastState().withTerminated(terminated).endLastState();
    }

    private Optional<ContainerStateTerminated> terminated(ContainerView container) {
        if (!(container.state() instanceof ContainerState.Exited exited)) {
            return Optional.empty();
        }
        boolean oom = memory.oomKilled().contains(container.id());
        boolean whole =
                oom
                        && view.sandboxes().stream()
                                .anyMatch(s -> s.id().equals(container.sandboxId()) && !s.ready());
        String message = whole ? WHOLE_POD : exited.message();
        return Optional.of(
                new ContainerStateTerminatedBuilder()
                        .withContainerID(id(container))
                        .withExitCode(exited.exitCode())
                        .withReason(oom ? "OOMKilled" : exited.reason())
                        .withMessage(message.isEmpty() ? null : message)
                        .withStartedAt(exited.startedAt().toString())
                        .withFinishedAt(exited.finishedAt().toString())
                        .build());
    }

    private static String id(ContainerView container) {
        return "containerd://" + container.id();
    }
}
