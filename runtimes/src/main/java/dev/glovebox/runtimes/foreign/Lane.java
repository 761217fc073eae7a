package dev.glovebox.runtimes.foreign;

/// How gVisor is put under a containerd.
public enum Lane {
    /// gVisor's own shim, `containerd-shim-runsc-v1`.
    SHIM("the official shim"),
    /// Our launcher under containerd's runc shim.
    LAUNCHER("the launcher");

    private final String words;

    Lane(String words) {
        this.words = words;
    }

    /// In a sentence.
    public String words() {
        return words;
    }
}
