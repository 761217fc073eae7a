package dev.glovebox.e2e;

/// Scripts for busybox's shell that want much of something.
final class Hog {
    /// Fills a buffer of 128 MiB.
    static final String MEMORY = "dd if=/dev/zero of=/dev/null bs=128M count=1 2>/dev/null";

    /// Keeps one processor busy.
    static final String CPU = "while :; do :; done";

    /// Starts 200 processes that stay, and says how many there are in the end.
    static final String PROCESSES =
            "i=0; while [ $i -lt 200 ]; do sleep 60 & i=$((i+1)); done; echo started-$i";

    private Hog() {}
}
