package dev.glovebox.node.pod;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// What a worker remembers of one container of the runtime.
///
/// @param termination empty while it may run
/// @param oomKilled whether the kernel ended it for want of memory
/// @param postStart its hook after the start
/// @param probes what each kind of probe last came to; absent before it came to anything
public record ContainerMemory(
        Optional<Termination> termination,
        boolean oomKilled,
        PostStart postStart,
        Map<ProbeKind, Boolean> probes) {
    /// Of a container that was never seen.
    static final ContainerMemory NONE =
            new ContainerMemory(Optional.empty(), false, PostStart.OVER, Map.of());

    /// Where a postStart hook is.
    public enum PostStart {
        /// It came to its end, or there is none, or another agent began it.
        OVER,
        /// It runs.
        RUNNING,
        /// It failed: the container is to be ended.
        FAILED
    }

    /// Copies.
    public ContainerMemory {
        probes = Map.copyOf(probes);
    }

    /// With its end begun.
    public ContainerMemory ending(Termination how) {
        return new ContainerMemory(Optional.of(how), oomKilled, postStart, probes);
    }

    /// With a further step towards its end, where that was begun.
    public ContainerMemory ending(Function<Termination, Termination> step) {
        return new ContainerMemory(termination.map(step), oomKilled, postStart, probes);
    }

    /// Ended for want of memory.
    public ContainerMemory outOfMemory() {
        return new ContainerMemory(termination, true, postStart, probes);
    }

    /// With its hook there.
    public ContainerMemory postStart(PostStart state) {
        return new ContainerMemory(termination, oomKilled, state, probes);
    }

    /// With what a probe came to.
    public ContainerMemory probed(ProbeKind kind, boolean passed) {
        Map<ProbeKind, Boolean> next = new EnumMap<>(ProbeKind.class);
        next.putAll(probes);
        next.put(kind, passed);
        return new ContainerMemory(termination, oomKilled, postStart, next);
    }
}
