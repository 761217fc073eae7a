package dev.glovebox.node.eviction;

import dev.glovebox.node.cgroup.PodResources;
import dev.glovebox.node.cgroup.QosClass;
import dev.glovebox.node.pod.PodFacts;
import dev.glovebox.placement.Taints;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Whether a node that is short of something takes another pod. Pure. Source:
/// `k8s.io/kubernetes/pkg/kubelet/eviction` (`Admit`).
public final class Admission {
    private static final String MEMORY_TAINT = "node.kubernetes.io/memory-pressure";

    private Admission() {}

    /// Why the pod may not begin, in the kubelet's words; empty where it may. Short of memory
    /// alone, a node takes pods that ask for some, and those that tolerate it.
    public static Optional<String> refusal(Pod pod, Set<Signal.Condition> conditions) {
        if (conditions.isEmpty() || PodFacts.isCritical(pod)) {
            return Optional.empty();
        }
        boolean memoryAlone = conditions.equals(Set.of(Signal.Condition.MEMORY));
        if (memoryAlone
                && (PodResources.of(pod).qos() != QosClass.BEST_EFFORT || toleratesIt(pod))) {
            return Optional.empty();
        }
        return Optional.of(
                "The node had condition: ["
                        + conditions.stream()
                                .sorted()
                                .map(Signal.Condition::type)
                                .collect(Collectors.joining(" "))
                        + "]. ");
    }

    private static boolean toleratesIt(Pod pod) {
        return Taints.isTolerated(
                Taints.noSchedule(MEMORY_TAINT), PodFacts.orEmpty(pod.getSpec().getTolerations()));
    }
}
