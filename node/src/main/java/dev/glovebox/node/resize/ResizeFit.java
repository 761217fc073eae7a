package dev.glovebox.node.resize;

import dev.glovebox.node.amounts.PodRequests;
import dev.glovebox.placement.Amounts;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// Whether what a pod wants to be resized to fits on a node. Pure. Source:
/// `k8s.io/kubernetes/pkg/kubelet/allocation` (`canResizePod`) and `.../lifecycle` (`Admit`).
public final class ResizeFit {
    private static final List<String> RESOURCES = List.of("cpu", "memory");

    private ResizeFit() {}

    /// What a node has for pods.
    ///
    /// @param milliCpus thousandths of a processor
    /// @param memory bytes that pods are held to together
    /// @param memoryToGive bytes of it that may be asked for: the node's `status.allocatable`
    public record Room(long milliCpus, long memory, long memoryToGive) {}

    /// Why it may not be, empty where it may.
    ///
    /// @param wanted the pod as it would be
    /// @param others the node's other pods as they are: with what they were given
    public static Optional<Standing.Pending> refusal(
            Pod wanted, Collection<Pod> others, Room room) {
        Long generation = wanted.getMetadata().getGeneration();
        long cpu = PodRequests.of(wanted, "cpu");
        long memory = PodRequests.of(wanted, "memory");
        if (cpu > room.milliCpus() || memory > room.memory()) {
            String what =
                    memory > room.memory()
                            ? "memory, requested: %d, capacity: %d".formatted(memory, room.memory())
                            : "cpu, requested: %d, capacity: %d".formatted(cpu, room.milliCpus());
            return Optional.of(
                    new Standing.Pending(
                            Standing.Pending.INFEASIBLE,
                            "Node didn't have enough capacity: " + what,
                            generation));
        }
        for (String resource : RESOURCES) {
            long asked = PodRequests.of(wanted, resource);
            long capacity = resource.equals("cpu") ? room.milliCpus() : room.memoryToGive();
            long used =
                    others.stream()
                            .mapToLong(pod -> PodRequests.of(pod, resource))
                            .reduce(0, Amounts::sum);
            if (asked > 0 && asked > capacity - used) {
                return Optional.of(
                        new Standing.Pending(
                                Standing.Pending.DEFERRED,
                                "Node didn't have enough resource: %s, requested: %d, used: %d, capacity: %d"
                                        .formatted(resource, asked, used, capacity),
                                generation));
            }
        }
        return Optional.empty();
    }
}
