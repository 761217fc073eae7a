package dev.glovebox.node.pod;

import dev.glovebox.node.cgroup.PodResources;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Writes a pod's status from what was observed, as the kubelet does. Pure. Source:
/// `k8s.io/kubernetes/pkg/kubelet` `kubelet_pods.go` (phase) and `status/generate.go` (conditions).
public final class PodStatuses {
    /// Whether the node lets the pod run behind the isolation that it needs.
    public static final String ISOLATED = "glovebox.dev/isolated";

    private static final Set<String> OURS =
            Set.of("Initialized", "Ready", "ContainersReady", "PodScheduled", ISOLATED);

    private PodStatuses() {}

    /// The status of a pod.
    ///
    /// @param pod as the API has it, its last status included
    /// @param hostAddress the node's
    public static PodStatus of(
            Pod pod, PodView view, PodMemory memory, Instant now, String hostAddress) {
        ContainerStatuses containers = new ContainerStatuses(pod, view, memory, now);
        List<ContainerStatus> init = containers.init();
        List<ContainerStatus> main = containers.main();
        Optional<Ending> ending = PodPlanner.ending(pod, view, now);
        boolean alive = !view.running().isEmpty();
        PodStatus last = pod.getStatus() == null ? new PodStatus() : pod.getStatus();
        PodPhase phase = phase(pod, init, main, ending, alive);
        PodStatusBuilder status =
                new PodStatusBuilder()
                        .withPhase(phase.word())
                        .withHostIP(hostAddress)
                        .withQosClass(PodResources.of(pod).qos().word())
                        .withStartTime(
                                last.getStartTime() != null
                                        ? last.getStartTime()
                                        : now.truncatedTo(ChronoUnit.SECONDS).toString())
                        .withInitContainerStatuses(init)
                        .withContainerStatuses(main)
                        .withConditions(
                                new Conditions(pod, now)
                                        .of(phase, containers.initialized(), init, main, memory));
        addresses(status, pod, view, last, phase);
        explain(status, ending, last, phase);
        return status.build();
    }

    private static void explain(
            PodStatusBuilder status, Optional<Ending> ending, PodStatus last, PodPhase phase) {
        if (ending.isPresent() && ending.get() instanceof Ending.DeadlineExceeded) {
            status.withReason("DeadlineExceeded")
                    .withMessage("Pod was active on the node longer than the specified deadline");
        } else if (phase.terminal()) {
            status.withReason(last.getReason()).withMessage(last.getMessage());
        }
    }

    private static void addresses(
            PodStatusBuilder status, Pod pod, PodView view, PodStatus last, PodPhase phase) {
        String hostAddress = status.getHostIP();
        status.addNewHostIP(hostAddress);
        String seen = view.sandbox().map(SandboxView::address).orElse("");
        if (Boolean.TRUE.equals(pod.getSpec().getHostNetwork())) {
            seen = hostAddress;
        } else if (seen.isEmpty() && phase.terminal() && last.getPodIP() != null) {
            seen = last.getPodIP();
        }
        if (!seen.isEmpty()) {
            status.withPodIP(seen).addNewPodIP(seen);
        }
    }

    private static PodPhase phase(
            Pod pod,
            List<ContainerStatus> init,
            List<ContainerStatus> main,
            Optional<Ending> ending,
            boolean alive) {
        PodPhase phase = PodPhase.of(PodFacts.restartPolicy(pod), init, main);
        if (PodFacts.terminal(pod)) {
            return PodPhase.parse(pod.getStatus().getPhase());
        }
        if (ending.isEmpty()) {
            return phase.terminal() && alive ? PodPhase.RUNNING : phase;
        }
        if (alive) {
            return phase.terminal() ? PodPhase.RUNNING : phase;
        }
        return switch (ending.get()) {
            case Ending.DeadlineExceeded exceeded -> PodPhase.FAILED;
            case Ending.Done done -> phase.terminal() ? phase : PodPhase.FAILED;
            case Ending.Deleted deleted -> phase.terminal() ? phase : PodPhase.afterKill(main);
        };
    }

    private record Conditions(Pod pod, Instant now) {
        List<PodCondition> of(
                PodPhase phase,
                boolean initialized,
                List<ContainerStatus> init,
                List<ContainerStatus> main,
                PodMemory memory) {
            List<PodCondition> all = new ArrayList<>();
            all.add(condition("PodScheduled", true, "", ""));
            all.add(
                    phase == PodPhase.SUCCEEDED
                            ? condition("Initialized", true, "PodCompleted", "")
                            : condition(
                                    "Initialized",
                                    initialized,
                                    initialized ? "" : "ContainersNotInitialized",
                                    initialized
                                            ? ""
                                            : "containers with incomplete status: "
                                                    + unready(init)));
            all.addAll(ready(phase, main));
            memory.sandbox()
                    .filter(failure -> failure.reason().equals("HandlerNotReady"))
                    .ifPresent(f -> all.add(condition(ISOLATED, false, f.reason(), f.message())));
            foreign().forEach(all::add);
            return all;
        }

        private List<PodCondition> ready(PodPhase phase, List<ContainerStatus> main) {
            if (phase.terminal()) {
                String reason = phase == PodPhase.SUCCEEDED ? "PodCompleted" : "PodFailed";
                return List.of(
                        condition("Ready", false, reason, ""),
                        condition("ContainersReady", false, reason, ""));
            }
            boolean containers = main.stream().allMatch(ContainerStatus::getReady);
            String message = containers ? "" : "containers with unready status: " + unready(main);
            String reason = containers ? "" : "ContainersNotReady";
            List<String> gates =
                    PodFacts.orEmpty(pod.getSpec().getReadinessGates()).stream()
                            .map(gate -> gate.getConditionType())
                            .filter(type -> !isTrue(type))
                            .toList();
            PodCondition ready =
                    containers && !gates.isEmpty()
                            ? condition(
                                    "Ready",
                                    false,
                                    "ReadinessGatesNotReady",
                                    "corresponding condition of pod readiness gate \""
                                            + gates.getFirst()
                                            + "\" does not exist or is not True.")
                            : condition("Ready", containers, reason, message);
            return List.of(ready, condition("ContainersReady", containers, reason, message));
        }

        private boolean isTrue(String type) {
            return last(type).filter(c -> "True".equals(c.getStatus())).isPresent();
        }

        private List<PodCondition> foreign() {
            return pod.getStatus() == null
                    ? List.of()
                    : PodFacts.orEmpty(pod.getStatus().getConditions()).stream()
                            .filter(c -> !OURS.contains(c.getType()))
                            .toList();
        }

        private Optional<PodCondition> last(String type) {
            return pod.getStatus() == null
                    ? Optional.empty()
                    : PodFacts.orEmpty(pod.getStatus().getConditions()).stream()
                            .filter(c -> type.equals(c.getType()))
                            .findFirst();
        }

        private PodCondition condition(String type, boolean holds, String reason, String message) {
            String status = holds ? "True" : "False";
            String since =
                    last(type)
                            .filter(c -> status.equals(c.getStatus()))
                            .map(PodCondition::getLastTransitionTime)
                            .orElse(now.truncatedTo(ChronoUnit.SECONDS).toString());
            return new PodConditionBuilder()
                    .withType(type)
                    .withStatus(status)
                    .withReason(reason.isEmpty() ? null : reason)
                    .withMessage(message.isEmpty() ? null : message)
                    .withLastTransitionTime(since)
                    .build();
        }

        private static String unready(List<ContainerStatus> statuses) {
            return "["
                    + String.join(
                            " ",
                            statuses.stream()
                                    .filter(s -> !Boolean.TRUE.equals(s.getReady()))
                                    .map(ContainerStatus::getName)
                                    .toList())
                    + "]";
        }
    }
}
