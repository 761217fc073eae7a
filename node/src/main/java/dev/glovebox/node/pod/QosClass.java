package dev.glovebox.node.pod;

/// A pod's class of service.
public enum QosClass {
    /// Every container's cpu and memory have a limit that equals the request.
    GUARANTEED("Guaranteed", ""),
    /// Something is requested or limited.
    BURSTABLE("Burstable", "burstable"),
    /// Nothing is.
    BEST_EFFORT("BestEffort", "besteffort");

    private final String word;
    private final String directory;

    QosClass(String word, String directory) {
        this.word = word;
        this.directory = directory;
    }

    /// As `status.qosClass` says it.
    public String word() {
        return word;
    }

    /// Directory between `kubepods` and the pod; empty where there is none.
    public String directory() {
        return directory;
    }
}
