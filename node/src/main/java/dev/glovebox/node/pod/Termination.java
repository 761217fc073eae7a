package dev.glovebox.node.pod;

import java.time.Instant;

/// How far the end of one container has come.
///
/// @param deadline when it is killed
/// @param hooking whether its preStop hook runs
/// @param signalled whether the runtime was told to stop it
public record Termination(Instant deadline, boolean hooking, boolean signalled) {
    /// The hook is over, or there is none.
    public Termination hooked() {
        return new Termination(deadline, false, signalled);
    }

    /// The runtime was told to stop it by then.
    public Termination signalled(Instant by) {
        return new Termination(by, false, true);
    }

    /// The runtime could not be told.
    public Termination unsignalled() {
        return new Termination(deadline, hooking, false);
    }
}
