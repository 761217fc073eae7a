package dev.glovebox.runtimes;

import java.time.Instant;
import java.util.Objects;

/// What was seen of a handler when a probe pod ran under it.
///
/// @param handler its name
/// @param seenAt when
/// @param subject what it was seen of: evidence about another subject says nothing
/// @param runtimeVersion the OCI runtime's own version
/// @param guestKernel what `uname -r` answered in the pod
/// @param guestLog the first line of the pod's kernel log; empty where it may not read one
/// @param hostProcesses processes of the pod's containers that the host saw
/// @param hostTasks processes and threads of the pod on the host, with one small program in it; 0
///   where the kernel does not count them
/// @param memoryLimit bytes that the pod's cgroup was limited to
/// @param exitCode of the container that went over that limit
/// @param limitHits how often the kernel counted the pod at its limit
public record Evidence(
        String handler,
        Instant seenAt,
        Subject subject,
        String runtimeVersion,
        String guestKernel,
        String guestLog,
        int hostProcesses,
        long hostTasks,
        long memoryLimit,
        int exitCode,
        long limitHits) {
    /// No part may be missing.
    public Evidence {
        Objects.requireNonNull(handler, "handler");
        Objects.requireNonNull(seenAt, "seenAt");
        Objects.requireNonNull(subject, "subject");
        Objects.requireNonNull(runtimeVersion, "runtimeVersion");
        Objects.requireNonNull(guestKernel, "guestKernel");
        Objects.requireNonNull(guestLog, "guestLog");
    }

    /// All that, when it changes, makes evidence worthless.
    ///
    /// @param programs the SHA-256 digests of what the handler runs, in order, joined by `+`, with
    ///   the platform and the shim that it runs them by
    /// @param containerd its version
    /// @param hostKernel the host's `uname -r`
    /// @param cgroupVersion 1 or 2
    public record Subject(
            String programs, String containerd, String hostKernel, int cgroupVersion) {
        /// No part may be missing.
        public Subject {
            Objects.requireNonNull(programs, "programs");
            Objects.requireNonNull(containerd, "containerd");
            Objects.requireNonNull(hostKernel, "hostKernel");
        }
    }
}
