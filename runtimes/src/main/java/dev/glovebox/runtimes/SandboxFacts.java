package dev.glovebox.runtimes;

import dev.glovebox.runtimes.host.CgroupValues;
import dev.glovebox.runtimes.host.HostProcess;
import java.util.List;
import java.util.Objects;

/// What isolates one running sandbox, as the host sees it: facts of the kernel and of CRI, none of
/// any configuration.
///
/// @param sandbox CRI's id
/// @param handler the handler that CRI names
/// @param runtime the OCI runtime's program
/// @param process the process that stands for the sandbox: gVisor's sentry, or the pause process
///   where the kernel is shared
/// @param namespaces its namespaces, each compared with the host's
/// @param cgroupVersion 1 or 2
/// @param cgroup the pod's cgroup
/// @param limits what is in force for that cgroup, and used
/// @param runtimeProcesses processes in that cgroup that run the OCI runtime's own programs
/// @param containerProcesses processes in that cgroup that the pod's containers run on the host's
///   kernel; none under gVisor
public record SandboxFacts(
        String sandbox,
        String handler,
        OciRuntime runtime,
        HostProcess process,
        List<Namespace> namespaces,
        int cgroupVersion,
        String cgroup,
        CgroupValues limits,
        List<Seen> runtimeProcesses,
        List<Seen> containerProcesses) {
    /// Copies the lists.
    public SandboxFacts {
        Objects.requireNonNull(sandbox, "sandbox");
        Objects.requireNonNull(handler, "handler");
        Objects.requireNonNull(runtime, "runtime");
        Objects.requireNonNull(process, "process");
        Objects.requireNonNull(cgroup, "cgroup");
        Objects.requireNonNull(limits, "limits");
        namespaces = List.copyOf(namespaces);
        runtimeProcesses = List.copyOf(runtimeProcesses);
        containerProcesses = List.copyOf(containerProcesses);
    }

    /// An OCI runtime's program.
    ///
    /// @param program its path
    /// @param version its own words for its version
    /// @param digest SHA-256 of the bytes that run; those of the file where it does not run by
    ///   itself
    public record OciRuntime(String program, String version, String digest) {}

    /// One namespace of the sandbox's process.
    ///
    /// @param kind as in `/proc/PID/ns`: `mnt`, `net`, `pid`, ...
    /// @param inode its number
    /// @param host whether it is the host's own
    public record Namespace(String kind, long inode, boolean host) {}

    /// A process as the host's process list shows it.
    ///
    /// @param command its arguments, joined by spaces
    public record Seen(long pid, String name, String command) {}
}
