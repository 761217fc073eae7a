package dev.glovebox.node.cgroup;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/// What the kernel holds a pod to, as its cgroup files say.
///
/// @param memory bytes; empty for no limit
/// @param cpuQuota microseconds of cpu in each period of 100 ms; empty for no limit
/// @param pids processes and threads; empty for no limit
public record PodLimitsInForce(OptionalLong memory, OptionalLong cpuQuota, OptionalLong pids) {
    /// Above this, v1's memory limit is the kernel's way to say none: it rounds "no limit" to
    /// pages.
    private static final long V1_NO_MEMORY_LIMIT = Long.MAX_VALUE - (1L << 30);

    /// The limits, and what is in force where that is wider: of no part is less.
    public PodLimits raise(PodLimits limits) {
        PodResources asked = limits.resources();
        return new PodLimits(
                new PodResources(
                        asked.qos(),
                        asked.cpuRequest(),
                        wider(asked.cpuLimit(), cpuLimit()),
                        wider(asked.memoryLimit(), memory)),
                wider(limits.pids(), pids));
    }

    /// Thousandths of a processor, rounded up; empty for no limit.
    public OptionalLong cpuLimit() {
        return cpuQuota.isEmpty()
                ? cpuQuota
                : OptionalLong.of(Math.ceilDiv(cpuQuota.getAsLong() * 1000, CpuScale.PERIOD));
    }

    private static OptionalLong wider(OptionalLong one, OptionalLong other) {
        return one.isEmpty() || other.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(Math.max(one.getAsLong(), other.getAsLong()));
    }

    static PodLimitsInForce ofV1(Path cpu, Path memory, Path pids) {
        return new PodLimitsInForce(
                number(memory.resolve("memory.limit_in_bytes"), V1_NO_MEMORY_LIMIT),
                number(cpu.resolve("cpu.cfs_quota_us"), Long.MAX_VALUE),
                number(pids.resolve("pids.max"), Long.MAX_VALUE));
    }

    static PodLimitsInForce ofUnified(Path directory) {
        return new PodLimitsInForce(
                number(directory.resolve("memory.max"), Long.MAX_VALUE),
                number(directory.resolve("cpu.max"), Long.MAX_VALUE),
                number(directory.resolve("pids.max"), Long.MAX_VALUE));
    }

    private static OptionalLong number(Path file, long none) {
        Optional<String> first = CgroupFiles.read(file).map(text -> text.split(" ", -1)[0]);
        if (first.isEmpty() || first.get().equals("max") || first.get().equals("-1")) {
            return OptionalLong.empty();
        }
        long value = Long.parseLong(first.get());
        return value >= none ? OptionalLong.empty() : OptionalLong.of(value);
    }
}
