package dev.glovebox.runtimes.measure;

import java.util.Objects;

/// What one sandbox was seen to take, at rest and at work.
///
/// @param rest while its program sleeps
/// @param work while it works
/// @param shim bytes of its shim's proportional share, outside the pod's cgroup
/// @param processes of the pod on the host, at rest
public record Sight(Taken rest, Taken work, long shim, int processes) {
    /// No part may be missing.
    public Sight {
        Objects.requireNonNull(rest, "rest");
        Objects.requireNonNull(work, "work");
    }

    /// What was taken.
    ///
    /// @param pod bytes that the pod's cgroup had and could not give back, at most
    /// @param program the same of the program's own cgroup; means something only where it shares
    ///   the host's kernel
    /// @param proportional bytes of the proportional shares of the pod's processes, at most
    /// @param podCpu thousandths of a processor that the pod's cgroup used
    /// @param programCpu the same of the program's own cgroup
    public record Taken(
            long pod, long program, long proportional, double podCpu, double programCpu) {}
}
