package dev.glovebox.node.spec;

import dev.glovebox.cri.LinuxContainerResources;
import dev.glovebox.node.cgroup.PodResources;
import dev.glovebox.node.cgroup.QosClass;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A container's own limits as CRI says them. Source: the kubelet's
/// `generateLinuxContainerResources` and `qos.GetContainerOOMScoreAdjust`.
final class Resources {
    private static final long PERIOD = 100_000;
    private static final long LEAST_QUOTA = 1_000;
    private static final long LEAST_SHARES = 2;
    private static final long MOST_SHARES = 262_144;
    private static final int GUARANTEED_OOM = -997;

    private Resources() {}

    static LinuxContainerResources of(Pod pod, Container container, long nodeMemory) {
        Map<String, Quantity> limits = amounts(container, true);
        Map<String, Quantity> requests = amounts(container, false);
        Quantity cpu = requests.containsKey("cpu") ? requests.get("cpu") : limits.get("cpu");
        LinuxContainerResources.Builder resources =
                LinuxContainerResources.newBuilder()
                        .setCpuShares(shares(milli(cpu)))
                        .setCpuPeriod(PERIOD)
                        .setOomScoreAdj(oomScore(pod, requests, limits, nodeMemory));
        long cpuLimit = milli(limits.get("cpu"));
        if (cpuLimit > 0) {
            resources.setCpuQuota(Math.max(LEAST_QUOTA, cpuLimit * PERIOD / 1000));
        }
        long memory = bytes(limits.get("memory"));
        if (memory > 0) {
            resources.setMemoryLimitInBytes(memory);
        }
        return resources.build();
    }

    private static long shares(long milli) {
        return Math.clamp(milli * 1024 / 1000, LEAST_SHARES, MOST_SHARES);
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
        long score = 1000 - 1000 * bytes(request) / nodeMemory;
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

    private static long milli(@Nullable Quantity quantity) {
        return whole(quantity, 3);
    }

    private static long bytes(@Nullable Quantity quantity) {
        return whole(quantity, 0);
    }

    private static long whole(@Nullable Quantity quantity, int shift) {
        BigDecimal amount = quantity == null ? BigDecimal.ZERO : quantity.getNumericalAmount();
        return amount.movePointRight(shift).setScale(0, RoundingMode.CEILING).longValue();
    }
}
