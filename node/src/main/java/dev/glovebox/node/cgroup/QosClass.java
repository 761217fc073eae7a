package dev.glovebox.node.cgroup;

/// Quality of service of a pod, as Kubernetes derives it from requests and limits.
public enum QosClass {
    /// Every container limits cpu and memory, and requests just that.
    GUARANTEED("Guaranteed", ""),
    /// Some container requests or limits cpu or memory.
    BURSTABLE("Burstable", "burstable"),
    /// No container does.
    BEST_EFFORT("BestEffort", "besteffort");

    private final String word;
    private final String directory;

    QosClass(String word, String directory) {
        this.word = word;
        this.directory = directory;
    }

    /// The value of `status.qosClass`.
    public String word() {
        return word;
    }

    /// The cgroup below `kubepods` that holds pods of this class; empty for `kubepods` itself.
    String directory() {
        return directory;
    }
}
