package dev.glovebox.policy;

import dev.glovebox.model.Names;
import java.util.Set;

/// Which kernel answers a container's system calls. It depends on the handler alone: a RuntimeClass
/// may have any name.
public enum Kernel {
    /// One of the sandbox's own: gVisor's, or that of a virtual machine of Kata's.
    OWN,
    /// The host's.
    SHARED;

    private static final Set<String> WITH_OWN_KERNEL = Set.of(Names.GVISOR_HANDLER, Names.KATA);

    /// The kernel under a handler. Only handlers that are known to bring a kernel have one; every
    /// other, the runtime's default (empty) among them, counts as sharing the host's.
    public static Kernel of(String handler) {
        return WITH_OWN_KERNEL.contains(handler) ? OWN : SHARED;
    }
}
