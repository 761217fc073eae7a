package dev.glovebox.node.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Optional;

/// Reads from containers' states what the pod's restart policy makes of them. Pure.
final class ContainerOutcomes {
    private ContainerOutcomes() {}

    /// Whether nothing of the pod is to run any more.
    static boolean done(Pod pod, PodView view, PodMemory memory) {
        if (PodFacts.restartPolicy(pod) == RestartPolicy.ALWAYS) {
            return false;
        }
        if (initFailed(pod, view)) {
            return true;
        }
        if (PodFacts.restartPolicy(pod) == RestartPolicy.NEVER && sandboxLost(view)) {
            return true;
        }
        return pod.getSpec().getContainers().stream()
                .allMatch(c ->
                        view.latest(c.getName()).filter(v -> over(pod, v, memory)).isPresent());
    }

    /// Whether an init container failed and is not to be tried again.
    static boolean initFailed(Pod pod, PodView view) {
        return PodFacts.restartPolicy(pod) == RestartPolicy.NEVER
                && PodFacts.initContainers(pod).stream()
                        .filter(c -> !PodFacts.isSidecar(c))
                        .map(Container::getName)
                        .map(view::latest)
                        .flatMap(Optional::stream)
                        .anyMatch(c ->
                                c.state() instanceof ContainerState.Exited e && e.exitCode() != 0);
    }

    /// A sandbox that held containers is gone, and a pod that is never restarted gets no other.
    private static boolean sandboxLost(PodView view) {
        return !view.containers().isEmpty()
                && view.running().isEmpty()
                && view.sandbox().filter(SandboxView::ready).isEmpty();
    }

    static boolean succeededIn(SandboxView sandbox, ContainerView container) {
        return container.sandboxId().equals(sandbox.id())
                && container.state() instanceof ContainerState.Exited exited
                && exited.exitCode() == 0;
    }

    /// Whether the container has to be started (again) in this sandbox.
    static boolean mustRun(
            Pod pod,
            Container container,
            SandboxView sandbox,
            ContainerView view,
            PodMemory memory) {
        return switch (view.state()) {
            case ContainerState.Running running -> false;
            case ContainerState.Created created -> true;
            case ContainerState.Exited exited ->
                    PodFacts.isSidecar(container)
                            || !over(pod, view, memory)
                            || (PodFacts.isInit(pod, container)
                                    && !view.sandboxId().equals(sandbox.id()));
        };
    }

    /// Whether the container ended and the policy leaves it so. One that the node ended for its own
    /// sake, and not the pod, did not end by itself, well or not.
    private static boolean over(Pod pod, ContainerView container, PodMemory memory) {
        return container.state() instanceof ContainerState.Exited exited
                && switch (PodFacts.restartPolicy(pod)) {
                    case ALWAYS -> false;
                    case ON_FAILURE ->
                            exited.exitCode() == 0
                                    && memory.container(container.id()).termination().isEmpty();
                    case NEVER -> true;
                };
    }
}
