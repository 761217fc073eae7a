package dev.glovebox.node.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What probes and hooks say of a pod's containers. An agent that has not asked a container yet
/// takes what the API says of this very container, so that a restart of the agent changes nothing.
/// Pure.
///
/// @param pod as the API has it, its last status included
public record Health(Pod pod, PodMemory memory) {
    /// Whether the container runs and has begun: its hook after the start is over and its startup
    /// probe passed.
    public boolean started(Container container, ContainerView view) {
        return view.state() instanceof ContainerState.Running
                && memory.container(view.id()).postStart() == ContainerMemory.PostStart.OVER
                && passed(ProbeKind.STARTUP, container, view, ContainerStatus::getStarted);
    }

    /// Whether the container takes work.
    boolean ready(Container container, ContainerView view) {
        return started(container, view)
                && passed(ProbeKind.READINESS, container, view, ContainerStatus::getReady);
    }

    /// Whether a probe of that kind came to say that the container must be ended.
    boolean failed(ProbeKind kind, ContainerView view) {
        return Boolean.FALSE.equals(memory.container(view.id()).probes().get(kind));
    }

    private boolean passed(
            ProbeKind kind,
            Container container,
            ContainerView view,
            Function<ContainerStatus, @Nullable Boolean> flag) {
        if (kind.of(container).isEmpty()) {
            return true;
        }
        Boolean passed = memory.container(view.id()).probes().get(kind);
        return passed != null ? passed : last(view).map(flag).orElse(false);
    }

    /// What the API says of this very container.
    private Optional<ContainerStatus> last(ContainerView view) {
        String id = ContainerStatuses.id(view);
        return pod.getStatus() == null
                ? Optional.empty()
                : Stream.of(
                                pod.getStatus().getInitContainerStatuses(),
                                pod.getStatus().getContainerStatuses())
                        .map(PodFacts::orEmpty)
                        .flatMap(List::stream)
                        .filter(status -> id.equals(status.getContainerID()))
                        .filter(status -> status.getState() != null)
                        .filter(status -> status.getState().getRunning() != null)
                        .findFirst();
    }
}
