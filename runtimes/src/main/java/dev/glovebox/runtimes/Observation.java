package dev.glovebox.runtimes;

import java.util.List;

/// The raw findings of one probe pod, before anybody judges them.
///
/// @param reportedHandler the handler that CRI names for the sandbox
/// @param hostKernel the host's `uname -r`
/// @param guestKernel the pod's `uname -r`
/// @param guestLog the first line of the pod's kernel log; empty where it may not read one
/// @param visible command lines of the pod's containers that the host's process list shows
/// @param tasks of the pod on the host, as its cgroup counts them; 0 where it does not
/// @param memoryLimit bytes that the pod's cgroup was given
/// @param limitInForce whether the kernel reported that limit while the pod ran
/// @param overLimit what became of a container that took twice as much
/// @param limitHits how often the kernel counted the pod at its limit
record Observation(
        String reportedHandler,
        String hostKernel,
        String guestKernel,
        String guestLog,
        List<String> visible,
        long tasks,
        long memoryLimit,
        boolean limitInForce,
        OverLimit overLimit,
        long limitHits) {

    Observation {
        visible = List.copyOf(visible);
    }

    /// The end of a container that took more memory than its pod may have.
    ///
    /// @param exitCode its exit code
    /// @param survived whether it said afterwards that it had got the memory
    record OverLimit(int exitCode, boolean survived) {}
}
