package dev.glovebox.runtimes.host;

import java.util.OptionalDouble;
import java.util.OptionalLong;

/// The limits of one cgroup that are in force, and what it uses, as the kernel reports them.
///
/// @param memoryLimit bytes; empty where there is no limit
/// @param memoryUsed bytes; empty where the memory controller is not there
/// @param cpuLimit cores; empty where there is no limit
/// @param pidsLimit processes and threads; empty where there is no limit
/// @param pidsUsed processes and threads; empty where the pids controller is not there
/// @param oomKills processes in it that the kernel killed for want of memory; empty where the
///   memory controller is not there
public record CgroupValues(
        OptionalLong memoryLimit,
        OptionalLong memoryUsed,
        OptionalDouble cpuLimit,
        OptionalLong pidsLimit,
        OptionalLong pidsUsed,
        OptionalLong oomKills) {}
