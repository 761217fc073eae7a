package dev.glovebox.node.pod;

import dev.glovebox.node.cgroup.PodResources;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.HostIP;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodIP;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/// Writes a pod's status from what was observed, as the kubelet does. Pure. Source:
/// `k8s.io/kubernetes/pkg/kubelet` `kubelet_pods.go` (phase) and `status/generate.go` (conditions).
public final class PodStatuses {
    /// Whether the node lets the pod run behind the isolation that it needs.
    public static final String ISOLATED = "glovebox.dev/isolated";

    private PodStatuses() {}

    /// Whether a condition is the node's to write in that status; the others are left as they are.
    public static boolean isOurs(PodCondition condition, PodStatus status) {
        return Conditions.OURS.contains(condition.getType())
                || (condition.getType().equals(Conditions.DISRUPTION)
                        && PodFacts.orEmpty(status.getConditions()).stream()
                                .anyMatch(c -> Conditions.BY_US.equals(c.getReason())));
    }

    /// The status of a pod. One that has ended and of which the runtime has nothing more keeps what
    /// it has.
    ///
    /// @param pod as the API has it, its last status included
    /// @param hostAddresses the node's
    public static PodStatus of(
            Pod pod, PodView view, PodMemory memory, Instant now, List<String> hostAddresses) {
        if (PodFacts.terminal(pod) && view.equals(PodView.NONE)) {
            return pod.getStatus();
        }
        ContainerStatuses containers = new ContainerStatuses(pod, view, memory, now);
        List<ContainerStatus> init = containers.init();
        List<ContainerStatus> main = containers.main();
        Optional<Ending> ending = PodPlanner.ending(pod, view, memory, now);
        boolean alive = !view.running().isEmpty();
        PodStatus last = pod.getStatus() == null ? new PodStatus() : pod.getStatus();
        PodPhase phase = phase(pod, init, main, containers.initialized(), ending, alive);
        PodStatusBuilder status =
                new PodStatusBuilder()
                        .withPhase(phase.word())
                        .withObservedGeneration(pod.getMetadata().getGeneration())
                        .withHostIP(hostAddresses.getFirst())
                        .withHostIPs(hostAddresses.stream().map(HostIP::new).toList())
                        .withQosClass(PodResources.of(pod).qos().word())
                        .withStartTime(
                                last.getStartTime() != null
                                        ? last.getStartTime()
                                        : now.truncatedTo(ChronoUnit.SECONDS).toString())
                        .withInitContainerStatuses(init)
                        .withContainerStatuses(main)
                        .withEphemeralContainerStatuses(containers.ephemeral())
                        .withConditions(
                                new Conditions(pod, now)
                                        .of(phase, containers, view, init, main, memory));
        addresses(status, seen(pod, view, last, phase, hostAddresses));
        explain(status, ending, last, phase);
        return status.build();
    }

    /// When a status says something else by the passing of time alone; empty where it does not. It
    /// is to be written anew then.
    public static Optional<Instant> nextChange(PodMemory memory, Instant now) {
        return ContainerStatuses.nextChange(memory, now);
    }

    private static void explain(
            PodStatusBuilder status, Optional<Ending> ending, PodStatus last, PodPhase phase) {
        if (ending.isPresent() && ending.get() instanceof Ending.DeadlineExceeded) {
            status.withReason("DeadlineExceeded")
                    .withMessage("Pod was active on the node longer than the specified deadline");
        } else if (phase.terminal()
                && ending.isPresent()
                && ending.get() instanceof Ending.Evicted(var deadline, var eviction)) {
            status.withReason(eviction.reason()).withMessage(eviction.explanation());
        } else if (phase.terminal()) {
            status.withReason(last.getReason()).withMessage(last.getMessage());
        }
    }

    /// The addresses of a pod; of one that ended those that it had.
    private static List<String> seen(
            Pod pod, PodView view, PodStatus last, PodPhase phase, List<String> hostAddresses) {
        if (Boolean.TRUE.equals(pod.getSpec().getHostNetwork())) {
            return hostAddresses;
        }
        List<String> seen = view.sandbox().map(SandboxView::addresses).orElse(List.of());
        return seen.isEmpty() && phase.terminal()
                ? PodFacts.orEmpty(last.getPodIPs()).stream().map(PodIP::getIp).toList()
                : seen;
    }

    private static void addresses(PodStatusBuilder status, List<String> seen) {
        if (!seen.isEmpty()) {
            status.withPodIP(seen.getFirst()).withPodIPs(seen.stream().map(PodIP::new).toList());
        }
    }

    private static PodPhase phase(
            Pod pod,
            List<ContainerStatus> init,
            List<ContainerStatus> main,
            boolean initialized,
            Optional<Ending> ending,
            boolean alive) {
        PodPhase phase = PodPhase.of(pod, init, main, initialized);
        if (PodFacts.terminal(pod)) {
            return PodPhase.parse(pod.getStatus().getPhase());
        }
        if (ending.isEmpty()) {
            return phase.terminal() ? PodPhase.RUNNING : phase;
        }
        if (alive) {
            return phase.terminal() ? PodPhase.RUNNING : phase;
        }
        return switch (ending.get()) {
            case Ending.DeadlineExceeded exceeded -> PodPhase.FAILED;
            case Ending.Evicted evicted -> PodPhase.FAILED;
            case Ending.Done done -> phase.terminal() ? phase : PodPhase.FAILED;
            case Ending.Deleted deleted -> phase.terminal() ? phase : PodPhase.afterKill(main);
        };
    }
}
