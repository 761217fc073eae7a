package dev.glovebox.node.cgroup;

/// Processors in the kernel's own measures. Pure.
public final class CpuScale {
    /// The kernel's period of cpu bandwidth, in microseconds: cgroup's default.
    public static final long PERIOD = 100_000;

    private static final long THOUSAND = 1_000;
    private static final long SHARES_OF_ONE = 1_024;
    private static final long LEAST_QUOTA = 1_000;
    private static final long LEAST_SHARES = 2;
    private static final long MOST_SHARES = 262_144;

    /// A million processors: more than any machine has, and less than the kernel refuses.
    private static final long MOST_MILLI = 1_000_000_000;

    private CpuScale() {}

    /// Weight against others for a request in milli-cpus, on cgroup v1's scale of 2 to 262144.
    public static long shares(long milli) {
        return Math.clamp(
                Math.min(milli, MOST_SHARES) * SHARES_OF_ONE / THOUSAND, LEAST_SHARES, MOST_SHARES);
    }

    /// Microseconds in each [#PERIOD] for a limit in milli-cpus, at least 1000.
    public static long quota(long milli) {
        return Math.max(LEAST_QUOTA, Math.min(milli, MOST_MILLI) * PERIOD / THOUSAND);
    }

    /// Shares on cgroup v2's scale of 1 to 10000 (KEP-2254).
    static long weight(long shares) {
        return 1 + (shares - LEAST_SHARES) * 9_999 / (MOST_SHARES - LEAST_SHARES);
    }
}
