package dev.glovebox.node.pod;

import java.time.Instant;

/// What the runtime says of one container.
public sealed interface ContainerState {
    /// Made and never started.
    record Created() implements ContainerState {}

    /// Its first process lives.
    record Running(Instant startedAt) implements ContainerState {}

    /// Its first process ended.
    ///
    /// @param exitCode as a shell would see it, 128 and the signal's number for a signal
    /// @param reason CRI's: `Completed`, `Error`, `OOMKilled`, `StartError`
    /// @param message empty where there is nothing to add
    record Exited(
            Instant startedAt, Instant finishedAt, int exitCode, String reason, String message)
            implements ContainerState {}
}
