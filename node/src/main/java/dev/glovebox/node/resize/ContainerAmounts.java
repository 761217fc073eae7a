package dev.glovebox.node.resize;

import dev.glovebox.placement.Amounts;
import io.fabric8.kubernetes.api.model.ResourceRequirements;

/// What of a container's resources can be resized in place; 0 for what is not said.
///
/// @param cpuRequest thousandths of a processor
/// @param cpuLimit thousandths of a processor
/// @param memoryRequest bytes
/// @param memoryLimit bytes
public record ContainerAmounts(
        long cpuRequest, long cpuLimit, long memoryRequest, long memoryLimit) {
    static final ContainerAmounts NONE = new ContainerAmounts(0, 0, 0, 0);

    static ContainerAmounts of(ResourceRequirements resources) {
        var requests = Allocation.orEmpty(resources.getRequests());
        var limits = Allocation.orEmpty(resources.getLimits());
        return new ContainerAmounts(
                Amounts.milli(requests.get("cpu")),
                Amounts.milli(limits.get("cpu")),
                Amounts.whole(requests.get("memory")),
                Amounts.whole(limits.get("memory")));
    }

    /// Whether another has other amounts of a resource.
    ///
    /// @param resource `cpu` or `memory`
    public boolean differs(ContainerAmounts other, String resource) {
        return switch (resource) {
            case "cpu" -> cpuRequest != other.cpuRequest || cpuLimit != other.cpuLimit;
            case "memory" ->
                    memoryRequest != other.memoryRequest || memoryLimit != other.memoryLimit;
            default -> false;
        };
    }

    /// Whether another bounds memory closer.
    public boolean hasLessMemoryIn(ContainerAmounts other) {
        return other.memoryLimit > 0 && (memoryLimit == 0 || other.memoryLimit < memoryLimit);
    }
}
