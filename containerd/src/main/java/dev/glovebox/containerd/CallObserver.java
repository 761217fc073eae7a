package dev.glovebox.containerd;

import java.time.Duration;

/// Hears of every call of CRI when it has ended; on any thread, and must not block.
@FunctionalInterface
public interface CallObserver {
    /// A call has ended.
    ///
    /// @param method as CRI calls it, for example `RunPodSandbox`
    /// @param took from the call to its end
    /// @param succeeded whether the runtime did not refuse
    void ended(String method, Duration took, boolean succeeded);
}
