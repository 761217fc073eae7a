package dev.glovebox.runtimes.check;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/// What one run of a program left.
///
/// @param ending how it came to its end
/// @param out its standard output
/// @param err its standard error
/// @param answer of the question that it was asked while it ran; empty where it was asked none
/// @param use what it took
public record Side(Ending ending, Captured out, Captured err, Optional<Answer> answer, Use use) {
    /// No part may be missing.
    public Side {
        Objects.requireNonNull(ending, "ending");
        Objects.requireNonNull(out, "out");
        Objects.requireNonNull(err, "err");
        Objects.requireNonNull(answer, "answer");
        Objects.requireNonNull(use, "use");
    }

    /// What a command in the running container came to, the last time it was tried.
    ///
    /// @param code its exit code
    /// @param out its standard output
    public record Answer(int code, Captured out) {
        private static final int CANNOT_ASK = 126;

        /// Of a question that was asked and came to no end.
        public static final Answer NONE = new Answer(CANNOT_ASK, new Captured(new byte[0], false));
    }

    /// What a run took of the machine.
    ///
    /// @param wall from the start of its process to its end
    /// @param cpuNanos of its pod, its runtime's part included; empty where it was not seen
    /// @param memoryPeak the most bytes that its pod's cgroup had, pages of files included; empty
    ///   where it was not seen
    public record Use(Duration wall, OptionalLong cpuNanos, OptionalLong memoryPeak) {}
}
