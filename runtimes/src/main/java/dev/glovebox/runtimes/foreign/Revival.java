package dev.glovebox.runtimes.foreign;

import java.time.Duration;

/// A containerd that is brought up with the configuration from before, after it did not come up
/// with ours. What runs it may refuse for a while, as systemd does where a unit was started too
/// often (`StartLimitIntervalSec`, ten seconds unless it says otherwise): then it is asked again.
///
/// @param handler what containerd must not know any more
/// @param patience how long it is asked again
/// @param pause how long containerd gets to answer after each refusal
record Revival(
        RestartCommand restart,
        LiveContainerd live,
        String handler,
        Duration patience,
        Duration pause) {
    static final String NO_ANSWER = ", but containerd does not answer";

    Revival(RestartCommand restart, LiveContainerd live, String handler) {
        this(restart, live, handler, Duration.ofSeconds(60), Duration.ofSeconds(2));
    }

    /// Does it.
    ///
    /// @return what is to be added to a sentence that says that the file is as it was; empty where
    ///   containerd runs with it
    String run() throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (true) {
            try {
                restart.run();
                return live.awaitHandlers(patience, handlers -> true) ? "" : NO_ANSWER;
            } catch (ConfigurationRefused e) {
                if (live.awaitHandlers(pause, handlers -> !handlers.contains(handler))) {
                    // It was not stopped at all, or came up by itself meanwhile.
                    return "";
                }
                boolean answers = live.awaitHandlers(pause, handlers -> true);
                if (answers || System.nanoTime() >= end) {
                    return (answers ? "" : NO_ANSWER)
                            + ", but containerd was not restarted with it: "
                            + e.why();
                }
            }
        }
    }
}
