package dev.glovebox.node.probe;

import java.time.Duration;
import java.util.List;

/// Runs commands in containers.
@FunctionalInterface
public interface Commands {
    /// Runs a command and waits for it, at most `timeout`. Blocks.
    ///
    /// @param container the runtime's id
    End run(String container, List<String> command, Duration timeout);

    /// How a command ended.
    sealed interface End {
        /// By itself.
        ///
        /// @param output what it wrote to both streams
        record Exited(int code, String output) implements End {}

        /// It was ended when its time was over.
        record TimedOut() implements End {}

        /// It could not be run.
        record NotRun(String cause) implements End {}
    }
}
