package dev.glovebox.runtimes;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/// One runtime handler of containerd, as it was configured: a claim that a [HandlerProbe] tests.
///
/// @param name what a RuntimeClass and containerd call it, for example `runsc`
/// @param kernel whose kernel its pods are said to run on
/// @param programs what it runs, the OCI runtime itself last; their digests say whether evidence is
///   still about the same handler
/// @param version the OCI runtime's own version
/// @param setup how it came to be
public record Handler(
        String name, Kernel kernel, List<Path> programs, String version, Setup setup) {
    /// Copies the programs, of which there is at least one.
    public Handler {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(kernel, "kernel");
        Objects.requireNonNull(version, "version");
        Objects.requireNonNull(setup, "setup");
        programs = List.copyOf(programs);
        if (programs.isEmpty()) {
            throw new IllegalArgumentException("handler " + name + " runs no program");
        }
    }

    /// The same under another name.
    public Handler called(String other) {
        return new Handler(other, kernel, programs, version, setup);
    }

    /// The OCI runtime's program.
    public Path runtime() {
        return programs.getLast();
    }

    /// Whose kernel answers a pod's system calls.
    public enum Kernel {
        /// The host's, as under runc.
        SHARED,
        /// gVisor's, a program on the host.
        GVISOR,
        /// A Linux of the pod's own, in a virtual machine.
        VIRTUAL_MACHINE
    }
}
