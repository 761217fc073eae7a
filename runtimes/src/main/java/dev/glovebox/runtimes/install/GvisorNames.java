package dev.glovebox.runtimes.install;

/// The files of a gVisor release.
final class GvisorNames {
    /// The OCI runtime.
    static final String RUNSC = "runsc";

    /// The official shim, which containerd calls.
    static final String SHIM = "containerd-shim-runsc-v1";

    /// Most bytes of either; the newest runsc has 83 MB.
    static final long LARGEST = 512L << 20;

    private GvisorNames() {}
}
