package dev.glovebox.node.pod;

import dev.glovebox.network.Family;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodIP;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Fields of a pod as the node reads them, with Kubernetes' defaults where they are absent.
public final class PodFacts {
    private static final int CRITICAL = 2_000_000_000;

    private static final long DEFAULT_GRACE_SECONDS = 30;

    private PodFacts() {}

    /// What happens to a container that ended.
    public static RestartPolicy restartPolicy(Pod pod) {
        String policy = pod.getSpec().getRestartPolicy();
        return switch (policy == null ? "Always" : policy) {
            case "Never" -> RestartPolicy.NEVER;
            case "OnFailure" -> RestartPolicy.ON_FAILURE;
            default -> RestartPolicy.ALWAYS;
        };
    }

    /// Whether a pod is one that its node or the cluster needs: of a system priority.
    public static boolean isCritical(Pod pod) {
        Integer priority = pod.getSpec().getPriority();
        return priority != null && priority >= CRITICAL;
    }

    /// Init containers, in their order.
    public static List<Container> initContainers(Pod pod) {
        return orEmpty(pod.getSpec().getInitContainers());
    }

    /// Whether an init container is a sidecar: one that runs as long as the pod does.
    public static boolean isSidecar(Container init) {
        return "Always".equals(init.getRestartPolicy());
    }

    /// Whether the container is one of the pod's init containers.
    static boolean isInit(Pod pod, Container container) {
        return initContainers(pod).stream().anyMatch(c -> c.getName().equals(container.getName()));
    }

    /// Ephemeral containers as containers: all that the two have in common.
    public static List<Container> ephemeralContainers(Pod pod) {
        return orEmpty(pod.getSpec().getEphemeralContainers()).stream()
                .map(PodFacts::asContainer)
                .toList();
    }

    static boolean isEphemeral(Pod pod, Container container) {
        return orEmpty(pod.getSpec().getEphemeralContainers()).stream()
                .anyMatch(c -> c.getName().equals(container.getName()));
    }

    private static Container asContainer(EphemeralContainer container) {
        return new ContainerBuilder()
                .withName(container.getName())
                .withImage(container.getImage())
                .withImagePullPolicy(container.getImagePullPolicy())
                .withCommand(container.getCommand())
                .withArgs(container.getArgs())
                .withWorkingDir(container.getWorkingDir())
                .withEnv(container.getEnv())
                .withEnvFrom(container.getEnvFrom())
                .withVolumeMounts(container.getVolumeMounts())
                .withVolumeDevices(container.getVolumeDevices())
                .withSecurityContext(container.getSecurityContext())
                .withStdin(container.getStdin())
                .withStdinOnce(container.getStdinOnce())
                .withTty(container.getTty())
                .withTerminationMessagePath(container.getTerminationMessagePath())
                .withTerminationMessagePolicy(container.getTerminationMessagePolicy())
                .build();
    }

    /// Init containers, containers and ephemeral containers.
    public static List<Container> allContainers(Pod pod) {
        return Stream.of(
                        initContainers(pod),
                        orEmpty(pod.getSpec().getContainers()),
                        ephemeralContainers(pod))
                .flatMap(List::stream)
                .toList();
    }

    /// The container of that name.
    public static Optional<Container> named(Pod pod, String name) {
        return allContainers(pod).stream().filter(c -> c.getName().equals(name)).findFirst();
    }

    /// What the API knows of containers that the runtime has or had: init containers, containers
    /// and ephemeral ones, in that order.
    public static List<ContainerStatus> made(Pod pod) {
        return pod.getStatus() == null
                ? List.of()
                : Stream.of(
                                pod.getStatus().getInitContainerStatuses(),
                                pod.getStatus().getContainerStatuses(),
                                pod.getStatus().getEphemeralContainerStatuses())
                        .flatMap(list -> orEmpty(list).stream())
                        .filter(s -> s.getContainerID() != null && !s.getContainerID().isEmpty())
                        .toList();
    }

    /// The runtime's id of a container that was [#made], without the runtime's name before it.
    public static String runtimeId(ContainerStatus made) {
        String id = made.getContainerID();
        return id.substring(id.lastIndexOf('/') + 1);
    }

    /// Seconds between SIGTERM and SIGKILL.
    public static long grace(Pod pod) {
        Long deletion = pod.getMetadata().getDeletionGracePeriodSeconds();
        Long spec = pod.getSpec().getTerminationGracePeriodSeconds();
        return deletion != null ? deletion : spec != null ? spec : DEFAULT_GRACE_SECONDS;
    }

    /// Whether the API already says that the pod has ended.
    public static boolean terminal(Pod pod) {
        String phase = pod.getStatus() == null ? null : pod.getStatus().getPhase();
        return "Succeeded".equals(phase) || "Failed".equals(phase);
    }

    /// A pod's own addresses, in the one spelling that the packet filter takes; empty where it has
    /// none, or the node's, or has ended: then they may be another pod's already.
    public static List<String> addresses(Pod pod) {
        if (pod.getStatus() == null
                || terminal(pod)
                || Boolean.TRUE.equals(pod.getSpec().getHostNetwork())) {
            return List.of();
        }
        return Stream.concat(
                        Stream.ofNullable(pod.getStatus().getPodIP()),
                        orEmpty(pod.getStatus().getPodIPs()).stream().map(PodIP::getIp))
                .flatMap(each -> Family.spelled(each).stream())
                .distinct()
                .toList();
    }

    /// When `activeDeadlineSeconds` is over; empty where it is not set or the pod has not begun.
    public static Optional<Instant> activeUntil(Pod pod) {
        Long seconds = pod.getSpec().getActiveDeadlineSeconds();
        String start = pod.getStatus() == null ? null : pod.getStatus().getStartTime();
        return seconds == null || start == null
                ? Optional.empty()
                : Optional.of(time(start).plusSeconds(seconds));
    }

    /// A time as Kubernetes writes it.
    public static Instant time(String text) {
        return OffsetDateTime.parse(text).toInstant();
    }

    /// The list, or an empty one where the wire left it out.
    public static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }
}
