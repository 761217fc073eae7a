package dev.glovebox.runtimes.host;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// One process as the host's kernel shows it.
///
/// @param pid its id on the host
/// @param parent its parent's id
/// @param name the kernel's short name of it
/// @param executable where its program was when it started, as the kernel writes it; empty where it
///   has none (a kernel thread) or may not be read
/// @param command its arguments; empty for a kernel thread
/// @param seccomp whether and how its system calls are filtered
/// @param noNewPrivileges whether it can never gain privileges by executing a program
/// @param capabilities its effective capabilities, as `CAP_NET_ADMIN`
/// @param namespaces its namespaces by kind (`mnt`, `net`, `pid`, ...) as inode numbers; empty
///   where they may not be read
/// @param cgroups its cgroup path by controller; the unified hierarchy under the empty name
public record HostProcess(
        long pid,
        long parent,
        String name,
        String executable,
        List<String> command,
        Seccomp seccomp,
        boolean noNewPrivileges,
        Set<String> capabilities,
        Map<String, Long> namespaces,
        Map<String, String> cgroups) {

    /// Copies the collections.
    public HostProcess {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(executable, "executable");
        Objects.requireNonNull(seccomp, "seccomp");
        command = List.copyOf(command);
        capabilities = Set.copyOf(capabilities);
        namespaces = Map.copyOf(namespaces);
        cgroups = Map.copyOf(cgroups);
    }

    /// How the kernel filters a process's system calls: `Seccomp` of `/proc/PID/status`.
    public enum Seccomp {
        /// Not at all.
        DISABLED,
        /// Only read, write, exit and sigreturn.
        STRICT,
        /// By a filter program.
        FILTER
    }
}
