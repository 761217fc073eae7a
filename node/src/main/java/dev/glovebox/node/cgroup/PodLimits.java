package dev.glovebox.node.cgroup;

import java.util.Objects;
import java.util.OptionalLong;

/// What a pod's own cgroup is held to.
///
/// @param resources cpu and memory, overhead included
/// @param pids most processes and threads, overhead included; empty for no limit
public record PodLimits(PodResources resources, OptionalLong pids) {
    /// The kernel's period of cpu bandwidth, in microseconds: cgroup's default.
    static final long CPU_PERIOD = 100_000;

    private static final long LEAST_QUOTA = 1_000;
    private static final long LEAST_SHARES = 2;
    private static final long MOST_SHARES = 262_144;

    /// Refuses a limit on processes below one.
    public PodLimits {
        Objects.requireNonNull(resources, "resources");
        if (pids.isPresent() && pids.getAsLong() < 1) {
            throw new IllegalArgumentException("pids limit below one: " + pids.getAsLong());
        }
    }

    /// Weight against other pods, on cgroup v1's scale of 2 to 262144.
    long cpuShares() {
        return shares(resources.cpuRequest());
    }

    /// Microseconds of cpu in each period; empty for no limit.
    OptionalLong cpuQuota() {
        OptionalLong limit = resources.cpuLimit();
        return limit.isEmpty()
                ? limit
                : OptionalLong.of(Math.max(LEAST_QUOTA, limit.getAsLong() * CPU_PERIOD / 1_000));
    }

    /// The shares of a request in milli-cpus.
    static long shares(long milliCpus) {
        return Math.clamp(milliCpus * 1_024 / 1_000, LEAST_SHARES, MOST_SHARES);
    }

    /// The same on cgroup v2's scale of 1 to 10000 (KEP-2254).
    static long weight(long shares) {
        return 1 + (shares - LEAST_SHARES) * 9_999 / (MOST_SHARES - LEAST_SHARES);
    }
}
