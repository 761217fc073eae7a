package dev.glovebox.containerd;

import java.util.Objects;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends shims that containerd has given up. Where a call that makes a pod is cut off, containerd
/// (1.6.20) may lose its connection to the shim that it has just started, clear the shim's bundle
/// away and forget it, and the shim, which has nothing to run, stays for ever. A shim lives in its
/// bundle's directory: one whose directory is gone, at two looks in a row, is nobody's. Used by one
/// thread at a time.
public final class LostShims {
    private static final Logger log = LoggerFactory.getLogger(LostShims.class);
    private static final long GRACE_SECONDS = 5;

    private final ContainerdProcess containerd;
    private Set<ProcessHandle> before = Set.of();

    /// Looks after the shims of one containerd.
    public LostShims(ContainerdProcess containerd) {
        this.containerd = Objects.requireNonNull(containerd, "containerd");
    }

    /// Looks once, and ends those that were lost at the look before already.
    public void round() {
        Set<ProcessHandle> lost = containerd.lostShims();
        for (ProcessHandle shim : lost) {
            if (before.contains(shim)) {
                log.atWarn()
                        .addKeyValue("pid", shim.pid())
                        .log("a shim that containerd has forgotten is ended");
                HostProcesses.end(shim, GRACE_SECONDS);
            }
        }
        before = lost;
    }
}
