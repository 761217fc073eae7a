package dev.glovebox.node.spec;

import dev.glovebox.cri.LinuxContainerResources;
import dev.glovebox.node.amounts.PodLevel;
import dev.glovebox.node.amounts.PodRequests;
import dev.glovebox.node.cgroup.CpuScale;
import dev.glovebox.node.cgroup.PodResources;
import dev.glovebox.node.cgroup.QosClass;
import dev.glovebox.node.pod.PodFacts;
import dev.glovebox.placement.Amounts;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A container's own limits as CRI says them. Source: the kubelet's
/// `generateLinuxContainerResources` and `qos.GetContainerOOMScoreAdjust`.
final class Resources {
    private static final int GUARANTEED_OOM = -997;
    private static final String NODE_CRITICAL = "system-node-critical";

    private Resources() {}

    static LinuxContainerResources of(Pod pod, Container container, long nodeMemory) {
        Map<String, Quantity> requests = amounts(container, false);
        Quantity cpuLimit = limit(pod, container, "cpu");
        Quantity cpu = requests.containsKey("cpu") ? requests.get("cpu") : cpuLimit;
        LinuxContainerResources.Builder resources =
                LinuxContainerResources.newBuilder()
                        .setCpuShares(CpuScale.shares(Amounts.milli(cpu)))
                        .setCpuPeriod(CpuScale.PERIOD)
                        .setOomScoreAdj(oomScore(pod, container, nodeMemory));
        if (Amounts.milli(cpuLimit) > 0) {
            resources.setCpuQuota(CpuScale.quota(Amounts.milli(cpuLimit)));
        }
        long memory = Amounts.whole(limit(pod, container, "memory"));
        if (memory > 0) {
            resources.setMemoryLimitInBytes(memory);
        }
        return resources.build();
    }

    /// Its own limit, or its pod's where it has none.
    private static @Nullable Quantity limit(Pod pod, Container container, String resource) {
        Quantity own = amounts(container, true).get(resource);
        return own != null && own.getNumericalAmount().signum() > 0
                ? own
                : PodLevel.limit(pod, resource).orElse(null);
    }

    private static int oomScore(Pod pod, Container container, long nodeMemory) {
        QosClass qos = PodResources.of(pod).qos();
        if (qos == QosClass.GUARANTEED || isNodeCritical(pod)) {
            return GUARANTEED_OOM;
        }
        if (qos == QosClass.BEST_EFFORT || nodeMemory <= 0) {
            return 1000;
        }
        long counted = Amounts.sum(protection(pod, container), shareOfTheRest(pod));
        long score = 1000 - 1000 * Math.min(counted, nodeMemory) / nodeMemory;
        return Math.clamp(score, 1000 + GUARANTEED_OOM, 999);
    }

    private static boolean isNodeCritical(Pod pod) {
        return PodFacts.isCritical(pod)
                && NODE_CRITICAL.equals(pod.getSpec().getPriorityClassName());
    }

    /// The memory that it asks for; a sidecar does not go before those beside which it runs.
    private static long protection(Pod pod, Container container) {
        long own = memory(container);
        return PodFacts.isSidecar(container)
                ? Math.max(
                        own,
                        pod.getSpec().getContainers().stream()
                                .mapToLong(Resources::memory)
                                .min()
                                .orElse(0))
                : own;
    }

    private static long memory(Container container) {
        Map<String, Quantity> requests = amounts(container, false);
        return Amounts.whole(
                requests.containsKey("memory")
                        ? requests.get("memory")
                        : amounts(container, true).get("memory"));
    }

    /// What a pod requests beside its containers counts for them in equal parts.
    private static long shareOfTheRest(Pod pod) {
        long whole = PodLevel.request(pod, "memory").map(Amounts::whole).orElse(0L);
        long rest = whole - PodRequests.ofContainers(pod, "memory");
        int containers = pod.getSpec().getContainers().size() + PodFacts.initContainers(pod).size();
        return rest <= 0 ? 0 : rest / containers;
    }

    private static Map<String, Quantity> amounts(Container container, boolean limits) {
        if (container.getResources() == null) {
            return Map.of();
        }
        Map<String, Quantity> amounts =
                limits
                        ? container.getResources().getLimits()
                        : container.getResources().getRequests();
        return amounts == null ? Map.of() : amounts;
    }
}
