package dev.glovebox.node.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// Where a pod is in its life.
enum PodPhase {
    PENDING,
    RUNNING,
    SUCCEEDED,
    FAILED;

    String word() {
        return name().charAt(0) + name().substring(1).toLowerCase(Locale.ROOT);
    }

    static PodPhase parse(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    boolean terminal() {
        return this == SUCCEEDED || this == FAILED;
    }

    /// The phase that the containers' states amount to.
    ///
    /// @param initialized whether the init containers did their part, now or before
    static PodPhase of(
            Pod pod, List<ContainerStatus> init, List<ContainerStatus> main, boolean initialized) {
        RestartPolicy policy = PodFacts.restartPolicy(pod);
        List<String> sidecars =
                PodFacts.initContainers(pod).stream()
                        .filter(PodFacts::isSidecar)
                        .map(Container::getName)
                        .toList();
        if (policy == RestartPolicy.NEVER
                && init.stream()
                        .filter(s -> !sidecars.contains(s.getName()))
                        .anyMatch(PodPhase::failed)) {
            return FAILED;
        }
        if (!initialized || main.stream().anyMatch(PodPhase::neverRan)) {
            return PENDING;
        }
        if (Stream.concat(init.stream(), main.stream())
                .anyMatch(s -> s.getState().getRunning() != null)) {
            return RUNNING;
        }
        return switch (policy) {
            case ALWAYS -> RUNNING;
            case ON_FAILURE -> main.stream().anyMatch(PodPhase::failed) ? RUNNING : SUCCEEDED;
            case NEVER -> main.stream().anyMatch(PodPhase::failed) ? FAILED : SUCCEEDED;
        };
    }

    /// The phase of a pod whose containers were ended by us.
    static PodPhase afterKill(List<ContainerStatus> main) {
        return main.stream()
                        .allMatch(s ->
                                s.getState().getTerminated() != null
                                        && s.getState().getTerminated().getExitCode() == 0)
                ? SUCCEEDED
                : FAILED;
    }

    private static boolean neverRan(ContainerStatus status) {
        return status.getState().getWaiting() != null
                && status.getLastState().getTerminated() == null;
    }

    private static boolean failed(ContainerStatus status) {
        var ended =
                status.getState().getTerminated() != null
                        ? status.getState().getTerminated()
                        : status.getLastState().getTerminated();
        return ended != null && status.getState().getRunning() == null && ended.getExitCode() != 0;
    }
}
