package dev.glovebox.node.pod;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodReadinessGate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A pod's conditions in the kubelet's words; those that others wrote stay. Pure. Source:
/// `k8s.io/kubernetes/pkg/kubelet/status/generate.go`.
record Conditions(Pod pod, Instant now) {
    /// Types that the node writes.
    static final Set<String> OURS =
            Set.of(
                    "PodReadyToStartContainers",
                    "Initialized",
                    "Ready",
                    "ContainersReady",
                    "PodScheduled",
                    Resizing.PENDING,
                    Resizing.IN_PROGRESS,
                    PodStatuses.ISOLATED);

    /// That a pod is about to be ended for others' sake, which whoever ends it writes.
    static final String DISRUPTION = "DisruptionTarget";

    /// The reason of it where the node does.
    static final String BY_US = "TerminationByKubelet";

    /// The eviction that a pod's status tells of, while the pod has not ended; empty for none.
    static Optional<Eviction> eviction(Pod pod) {
        return pod.getStatus() == null || PodFacts.terminal(pod)
                ? Optional.empty()
                : PodFacts.orEmpty(pod.getStatus().getConditions()).stream()
                        .filter(c -> DISRUPTION.equals(c.getType()) && BY_US.equals(c.getReason()))
                        .filter(c -> "True".equals(c.getStatus()) && c.getMessage() != null)
                        .map(c -> new Eviction(Eviction.Cause.PRESSURE, c.getMessage()))
                        .findFirst();
    }

    List<PodCondition> of(
            PodPhase phase,
            ContainerStatuses containers,
            PodView view,
            List<ContainerStatus> init,
            List<ContainerStatus> main,
            PodMemory memory) {
        List<PodCondition> all = new ArrayList<>();
        boolean sandbox = view.sandbox().filter(SandboxView::ready).isPresent();
        if (!phase.terminal()) {
            all.addAll(resizing(memory.resizing()));
        }
        all.add(condition("PodReadyToStartContainers", sandbox, "", ""));
        all.add(initialized(phase, containers));
        all.addAll(ready(phase, unready(init, main)));
        all.add(condition("PodScheduled", true, "", ""));
        memory.sandbox()
                .filter(failure -> failure.reason().equals("HandlerNotReady"))
                .ifPresent(f ->
                        all.add(condition(PodStatuses.ISOLATED, false, f.reason(), f.message())));
        memory.eviction()
                .map(Ending.Evicted::eviction)
                .filter(eviction -> eviction.cause() == Eviction.Cause.PRESSURE)
                .ifPresent(eviction ->
                        all.add(condition(DISRUPTION, true, BY_US, eviction.message())));
        List<String> told = all.stream().map(PodCondition::getType).toList();
        foreign().stream().filter(c -> !told.contains(c.getType())).forEach(all::add);
        return all;
    }

    /// What is to be said of a resize that was asked for, of the pod as it was when it was decided.
    private List<PodCondition> resizing(Resizing resizing) {
        List<PodCondition> all = new ArrayList<>();
        resizing.standing()
                .pending()
                .ifPresent(p ->
                        all.add(resize(Resizing.PENDING, p.reason(), p.message(), p.generation())));
        resizing.progress()
                .ifPresent(p ->
                        all.add(
                                resize(
                                        Resizing.IN_PROGRESS,
                                        p.failure().map(Failure::reason).orElse(""),
                                        p.failure().map(Failure::message).orElse(""),
                                        p.generation())));
        return all;
    }

    /// Such a condition began when its reason did.
    private PodCondition resize(
            String type, String reason, String message, @Nullable Long generation) {
        PodCondition condition = condition(type, true, reason, message);
        condition.setObservedGeneration(generation);
        boolean anew =
                last(type)
                        .filter(c -> Objects.equals(c.getReason(), condition.getReason()))
                        .isEmpty();
        if (anew) {
            condition.setLastTransitionTime(now.truncatedTo(ChronoUnit.SECONDS).toString());
        }
        return condition;
    }

    private PodCondition initialized(PodPhase phase, ContainerStatuses containers) {
        if (phase == PodPhase.SUCCEEDED) {
            return condition("Initialized", true, "PodCompleted", "");
        }
        return containers.initialized()
                ? condition("Initialized", true, "", "")
                : condition(
                        "Initialized",
                        false,
                        "ContainersNotInitialized",
                        "containers with incomplete status: " + list(containers.incomplete()));
    }

    private List<PodCondition> ready(PodPhase phase, List<String> unready) {
        if (phase.terminal()) {
            String reason = phase == PodPhase.SUCCEEDED ? "PodCompleted" : "PodFailed";
            return both(reason, "");
        }
        if (!unready.isEmpty()) {
            return both("ContainersNotReady", "containers with unready status: " + list(unready));
        }
        PodCondition containers = condition("ContainersReady", true, "", "");
        List<String> gates =
                PodFacts.orEmpty(pod.getSpec().getReadinessGates()).stream()
                        .map(PodReadinessGate::getConditionType)
                        .flatMap(type -> closed(type).stream())
                        .toList();
        PodCondition ready =
                gates.isEmpty()
                        ? condition("Ready", true, "", "")
                        : condition(
                                "Ready", false, "ReadinessGatesNotReady", String.join(", ", gates));
        return List.of(ready, containers);
    }

    private List<PodCondition> both(String reason, String message) {
        return List.of(
                condition("Ready", false, reason, message),
                condition("ContainersReady", false, reason, message));
    }

    /// What is to be said of a readiness gate; empty where it is open.
    private Optional<String> closed(String type) {
        Optional<String> status = last(type).map(PodCondition::getStatus);
        if (status.isEmpty()) {
            return Optional.of(
                    "corresponding condition of pod readiness gate \"%s\" does not exist."
                            .formatted(type));
        }
        return status.filter(s -> !s.equals("True"))
                .map(s ->
                        "the status of pod readiness gate \"%s\" is not \"True\", but %s"
                                .formatted(type, s));
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
                .withObservedGeneration(pod.getMetadata().getGeneration())
                .withReason(reason.isEmpty() ? null : reason)
                .withMessage(message.isEmpty() ? null : message)
                .withLastTransitionTime(since)
                .build();
    }

    /// Sidecars and containers that are not ready.
    private List<String> unready(List<ContainerStatus> init, List<ContainerStatus> main) {
        List<String> sidecars =
                PodFacts.initContainers(pod).stream()
                        .filter(PodFacts::isSidecar)
                        .map(c -> c.getName())
                        .toList();
        return Stream.concat(
                        init.stream().filter(s -> sidecars.contains(s.getName())), main.stream())
                .filter(s -> !Boolean.TRUE.equals(s.getReady()))
                .map(ContainerStatus::getName)
                .toList();
    }

    private static String list(List<String> names) {
        return "[" + String.join(" ", names) + "]";
    }
}
