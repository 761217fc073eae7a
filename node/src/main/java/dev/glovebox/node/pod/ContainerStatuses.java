package dev.glovebox.node.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateTerminatedBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.VolumeMountStatus;
import io.fabric8.kubernetes.api.model.VolumeMountStatusBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Writes what the API shows of a pod's containers, in the kubelet's words. Pure.
final class ContainerStatuses {
    /// How long a failure is shown as such before it is shown as waiting for the next try.
    private static final Duration SHOW_ERROR = Duration.ofSeconds(5);

    /// Most bytes of all of a pod's termination messages together.
    private static final int MOST_MESSAGES = 12 << 10;

    /// What a memory limit does to a pod whose kernel is one process on the host.
    static final String WHOLE_POD =
            "the pod reached its memory limit; under this runtime the whole pod ends";

    private final Pod pod;
    private final PodView view;
    private final PodMemory memory;
    private final Instant now;
    private final boolean initialized;
    private final boolean ended;
    private final Health health;
    private final int longestMessage;

    /// Why a container waits that nobody has tried to start.
    private final String untried;

    ContainerStatuses(Pod pod, PodView view, PodMemory memory, Instant now) {
        this.pod = pod;
        this.view = view;
        this.memory = memory;
        this.now = now;
        this.health = new Health(pod, memory);
        this.ended = PodPlanner.ending(pod, view, memory, now).isPresent();
        this.longestMessage = MOST_MESSAGES / Math.max(1, PodFacts.allContainers(pod).size());
        this.untried =
                PodFacts.initContainers(pod).isEmpty() ? "ContainerCreating" : "PodInitializing";
        this.initialized =
                pod.getSpec().getContainers().stream().anyMatch(this::begun)
                        || PodFacts.initContainers(pod).stream().allMatch(this::through);
    }

    /// Whether all init containers did their part, now or before the others began.
    boolean initialized() {
        return initialized;
    }

    /// Names of init containers that are not through.
    List<String> incomplete() {
        return PodFacts.initContainers(pod).stream()
                .filter(c -> !through(c))
                .map(Container::getName)
                .toList();
    }

    List<ContainerStatus> init() {
        return PodFacts.initContainers(pod).stream()
                .map(container -> {
                    ContainerStatus status = status(container);
                    health(container, status);
                    if (!PodFacts.isSidecar(container)) {
                        status.setReady(
                                view.latest(container.getName())
                                        .filter(this::succeeded)
                                        .isPresent());
                    }
                    return status;
                })
                .toList();
    }

    List<ContainerStatus> main() {
        return pod.getSpec().getContainers().stream()
                .map(container -> {
                    ContainerStatus status = status(container);
                    health(container, status);
                    return status;
                })
                .toList();
    }

    List<ContainerStatus> ephemeral() {
        return PodFacts.ephemeralContainers(pod).stream()
                .map(container -> {
                    ContainerStatus status = status(container);
                    status.setReady(false);
                    return status;
                })
                .toList();
    }

    private void health(Container container, ContainerStatus status) {
        Optional<ContainerView> latest = view.latest(container.getName());
        status.setStarted(latest.filter(v -> health.started(container, v)).isPresent());
        status.setReady(latest.filter(v -> health.ready(container, v)).isPresent());
    }

    /// Whether a container runs or ran in the sandbox that there is.
    private boolean begun(Container container) {
        return view.latest(container.getName())
                .filter(c -> view.sandbox().filter(s -> s.id().equals(c.sandboxId())).isPresent())
                .isPresent();
    }

    private boolean through(Container init) {
        return view.latest(init.getName())
                .filter(c -> PodFacts.isSidecar(init) ? health.started(init, c) : succeeded(c))
                .isPresent();
    }

    private boolean succeeded(ContainerView container) {
        return container.state() instanceof ContainerState.Exited exited && exited.exitCode() == 0;
    }

    private ContainerStatus status(Container container) {
        Optional<ContainerView> latest = view.latest(container.getName());
        ContainerStatusBuilder status =
                new ContainerStatusBuilder()
                        .withName(container.getName())
                        .withImage(container.getImage())
                        .withImageID(latest.map(ContainerView::imageRef).orElse(""))
                        .withRestartCount(latest.map(ContainerView::attempt).orElse(0))
                        .withVolumeMounts(mounts(container))
                        .withNewState()
                        .endState()
                        .withNewLastState()
                        .endLastState();
        latest.ifPresent(c -> status.withContainerID(id(c)));
        latest.flatMap(ContainerView::user).ifPresent(user -> user(status, user));
        boolean refused = memory.resizing().standing().pending().isPresent();
        if (latest.isPresent() || refused) {
            resources(status, container, latest);
        }
        view.previous(container.getName())
                .ifPresent(c -> terminated(c).ifPresent(t -> last(status, t)));
        if (latest.isEmpty()) {
            Waiting waiting = waiting(container);
            return waiting(status, waiting).build();
        }
        return withState(status, container, latest.get()).build();
    }

    /// What a container sees of its volumes. What is mounted below a volume that is read-only can
    /// be written all the same: no runtime is asked for more.
    private static List<VolumeMountStatus> mounts(Container container) {
        return PodFacts.orEmpty(container.getVolumeMounts()).stream()
                .map(mount -> {
                    boolean readOnly = Boolean.TRUE.equals(mount.getReadOnly());
                    return new VolumeMountStatusBuilder()
                            .withName(mount.getName())
                            .withMountPath(mount.getMountPath())
                            .withReadOnly(readOnly ? true : null)
                            .withRecursiveReadOnly(readOnly ? "Disabled" : null)
                            .build();
                })
                .toList();
    }

    private static void user(ContainerStatusBuilder status, ProcessUser user) {
        status.withNewUser()
                .withNewLinux()
                .withUid(user.uid())
                .withGid(user.gid())
                .withSupplementalGroups(user.groups())
                .endLinux()
                .endUser();
    }

    /// What it was given, and what of that is in force while it runs. Of a container that is not
    /// there yet it is told where it is not what is asked for, or the next agent would not know.
    private void resources(
            ContainerStatusBuilder status, Container container, Optional<ContainerView> latest) {
        ResourceRequirements given =
                container.getResources() == null
                        ? new ResourceRequirements()
                        : container.getResources();
        boolean running =
                latest.filter(c -> c.state() instanceof ContainerState.Running).isPresent();
        status.withResources(
                running
                        ? memory.resizing()
                                .actual()
                                .containers()
                                .getOrDefault(container.getName(), given)
                        : given);
        status.withAllocatedResources(given.getRequests());
    }

    private ContainerStatusBuilder withState(
            ContainerStatusBuilder status, Container container, ContainerView latest) {
        return switch (latest.state()) {
            case ContainerState.Created created -> waiting(status, starting(container));
            case ContainerState.Running running
                    when memory.container(latest.id()).postStart()
                            == ContainerMemory.PostStart.RUNNING ->
                    waiting(status, starting(container));
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
        if (sandbox.isEmpty()
                || PodFacts.isEphemeral(pod, container)
                || !ContainerOutcomes.mustRun(pod, container, sandbox.get(), latest, memory)) {
            return Optional.empty();
        }
        Failure start = memory.starts().get(container.getName());
        boolean fresh = start != null && now.isBefore(shownUntil(start.backOff()));
        if (!fresh && PodPlanner.restartAt(latest, memory).isAfter(now)) {
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

    /// When the next failure begins to be shown as waiting, though nothing happens then; empty for
    /// none.
    static Optional<Instant> nextChange(PodMemory memory, Instant now) {
        return Stream.concat(
                        memory.starts().values().stream().map(Failure::backOff),
                        memory.images().values().stream()
                                .filter(ImageState.Failed.class::isInstance)
                                .map(image -> ((ImageState.Failed) image).backOff()))
                .map(ContainerStatuses::shownUntil)
                .filter(now::isBefore)
                .min(Comparator.naturalOrder());
    }

    private static Instant shownUntil(BackOff backOff) {
        return backOff.since().plus(SHOW_ERROR);
    }

    private static String goDuration(@Nullable BackOff backOff) {
        long seconds = backOff == null ? 0 : backOff.delay().toSeconds();
        return seconds < 60 ? seconds + "s" : seconds / 60 + "m" + seconds % 60 + "s";
    }

    private Waiting waiting(Container container) {
        return failure(container).orElse(new Waiting(untried, ""));
    }

    private Waiting starting(Container container) {
        return failure(container).orElse(new Waiting("ContainerCreating", ""));
    }

    private Optional<Waiting> failure(Container container) {
        if (memory.images().get(container.getName()) instanceof ImageState.Failed failed) {
            boolean fresh =
                    now.isBefore(shownUntil(failed.backOff()))
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
        boolean oom = memory.container(container.id()).oomKilled();
        boolean whole =
                oom
                        && view.sandboxes().stream()
                                .anyMatch(s -> s.id().equals(container.sandboxId()) && !s.ready());
        String message = whole ? WHOLE_POD : cut(exited.message());
        if (message.isEmpty()) {
            message = lastKnown(container);
        }
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

    /// What the API holds of this very container's end: the node may have given back the file that
    /// it came from.
    private String lastKnown(ContainerView container) {
        return pod.getStatus() == null
                ? ""
                : Stream.of(
                                pod.getStatus().getInitContainerStatuses(),
                                pod.getStatus().getContainerStatuses(),
                                pod.getStatus().getEphemeralContainerStatuses())
                        .map(PodFacts::orEmpty)
                        .flatMap(List::stream)
                        .flatMap(s -> Stream.of(s.getState(), s.getLastState()))
                        .filter(s -> s != null && s.getTerminated() != null)
                        .map(s -> s.getTerminated())
                        .filter(t -> id(container).equals(t.getContainerID()))
                        .map(t -> t.getMessage() == null ? "" : t.getMessage())
                        .findFirst()
                        .orElse("");
    }

    private String cut(String message) {
        byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
        return bytes.length <= longestMessage
                ? message
                : new String(bytes, 0, longestMessage, StandardCharsets.UTF_8);
    }

    static String id(ContainerView container) {
        return "containerd://" + container.id();
    }
}
