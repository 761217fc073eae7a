package dev.glovebox.node.cgroup;

import java.util.Objects;
import java.util.OptionalLong;

/// What a pod's own cgroup is held to.
///
/// @param resources cpu and memory, overhead included
/// @param pids most processes and threads, overhead included; empty for no limit
public record PodLimits(PodResources resources, OptionalLong pids) {
    /// Refuses a limit on processes below one.
    public PodLimits {
        Objects.requireNonNull(resources, "resources");
        if (pids.isPresent() && pids.getAsLong() < 1) {
            throw new IllegalArgumentException("pids limit below one: " + pids.getAsLong());
        }
    }

    /// Weight against other pods, on cgroup v1's scale of 2 to 262144.
    long cpuShares() {
        return CpuScale.shares(resources.cpuRequest());
    }

    /// Microseconds of cpu in each period; empty for no limit.
    public OptionalLong cpuQuota() {
        OptionalLong limit = resources.cpuLimit();
        return limit.isEmpty() ? limit : OptionalLong.of(CpuScale.quota(limit.getAsLong()));
    }
}
