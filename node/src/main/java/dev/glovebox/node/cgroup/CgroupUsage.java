package dev.glovebox.node.cgroup;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/// What the processes of a cgroup and of those below it have used.
///
/// @param cpu time on all processors together since the cgroup was made, in nanoseconds
/// @param memory that would be missed, in bytes: what is in use without file pages that nobody
///   touched lately (the kubelet's working set)
public record CgroupUsage(long cpu, long memory) {

    /// Reads cgroup v1.
    ///
    /// @return empty when the cgroup does not exist
    static Optional<CgroupUsage> ofV1(Path cpuacct, Path memory) {
        OptionalLong cpu = CgroupFiles.number(cpuacct.resolve("cpuacct.usage"));
        OptionalLong used = CgroupFiles.number(memory.resolve("memory.usage_in_bytes"));
        if (cpu.isEmpty() || used.isEmpty()) {
            return Optional.empty();
        }
        long idle = CgroupFiles.counter(memory.resolve("memory.stat"), "total_inactive_file");
        return Optional.of(new CgroupUsage(cpu.getAsLong(), Math.max(0, used.getAsLong() - idle)));
    }

    /// Reads cgroup v2.
    ///
    /// @return empty when the cgroup does not exist
    static Optional<CgroupUsage> ofUnified(Path directory) {
        OptionalLong used = CgroupFiles.number(directory.resolve("memory.current"));
        return used.isEmpty()
                ? Optional.empty()
                : Optional.of(unified(directory, used.getAsLong()));
    }

    /// Reads the root of cgroup v2, which has no `memory.current`: what the machine has and is not
    /// free is in use.
    static CgroupUsage ofUnifiedRoot(Path root, Path meminfo) {
        long kibibytes =
                CgroupFiles.field(meminfo, "MemTotal") - CgroupFiles.field(meminfo, "MemFree");
        return unified(root, kibibytes * 1024);
    }

    private static CgroupUsage unified(Path directory, long used) {
        long idle = CgroupFiles.counter(directory.resolve("memory.stat"), "inactive_file");
        long micros = CgroupFiles.counter(directory.resolve("cpu.stat"), "usage_usec");
        return new CgroupUsage(micros * 1000, Math.max(0, used - idle));
    }
}
