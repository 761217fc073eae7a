package dev.glovebox.network;

/// What a pod may reach over the network: the value of the annotation `glovebox.dev/network`.
public enum Reach {
    /// Kubernetes' flat pod network; what a pod without the annotation gets.
    CLUSTER(""),
    /// Public addresses and nothing else: not the host, no pods, no private or link-local ranges.
    INTERNET("internet"),
    /// Nothing, and nothing reaches it.
    NONE("none");

    private final String word;

    Reach(String word) {
        this.word = word;
    }

    /// The annotation's value; empty for [#CLUSTER].
    public String word() {
        return word;
    }

    /// Reads the annotation's value; empty means [#CLUSTER].
    ///
    /// @throws IllegalArgumentException for a word that is none of ours: whoever asked for a limit
    ///   that we do not know must not get the open network
    public static Reach of(String annotation) {
        for (Reach reach : values()) {
            if (reach.word.equals(annotation)) {
                return reach;
            }
        }
        throw new IllegalArgumentException(
                "unknown network \"" + annotation + "\": must be \"none\" or \"internet\"");
    }
}
