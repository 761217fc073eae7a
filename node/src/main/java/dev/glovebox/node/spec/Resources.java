package dev.glovebox.node.spec;

import dev.glovebox.cri.LinuxContainerResources;
import dev.glovebox.node.amounts.Amounts;
import dev.glovebox.node.cgroup.CpuScale;
import dev.glovebox.node.cgroup.PodResources;
import dev.glovebox.node.cgroup.QosClass;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;

/// A container's own limits as CRI says them. Source: the kubelet's
/// `generateLinuxContainerResources` and `qos.GetContainerOOMScoreAdjust`.
final class Resources {
    private static final int GUARANTEED_OOM = -997;

    private Resources() {}

    static LinuxContainerResources of(Pod pod, Container container, long nodeMemory) {
        Map<String, Quantity> limits = amounts(container, true);
        Map<String, Quantity> requests = amounts(container, false);
        Quantity cpu = requests.containsKey("cpu") ? requests.get("cpu") : limits.get("cpu");
        LinuxContainerResources.Builder resources =
                LinuxContainerResources.newBuilder()
                        .setCpuShares(CpuScale.shares(Amounts.milli(cpu)))
                        .setCpuPeriod(CpuScale.PERIOD)
                        .setOomScoreAdj(oomScore(pod, requests, limits, nodeMemory));
        long cpuLimit = Amounts.milli(limits.get("cpu"));
        if (cpuLimit > 0) {
            resources.setCpuQuota(CpuScale.quota(cpuLimit));
        }
        long memory = Amounts.whole(limits.get("memory"));
        if (memory > 0) {
            resources.setMemoryLimitInBytes(memory);
        }
        return resources.build();
    }

    private static int oomScore(
            Pod pod,
            Map<String, Quantity> requests,
            Map<String, Quantity> limits,
            long nodeMemory) {
        QosClass qos = PodResources.of(pod).qos();
        if (qos == QosClass.GUARANTEED) {
            return GUARANTEED_OOM;
        }
        if (qos == QosClass.BEST_EFFORT || nodeMemory <= 0) {
            return 1000;
        }
        Quantity request =
                requests.containsKey("memory") ? requests.get("memory") : limits.get("memory");
        long score = 1000 - 1000 * Math.min(Amounts.whole(request), nodeMemory) / nodeMemory;
        return Math.clamp(score, 1000 + GUARANTEED_OOM, 999);
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
