package dev.glovebox.runtimes.check;

import java.util.Objects;

/// How a run of a program came to its end.
public sealed interface Ending {
    /// containerd's word where a container was killed for memory.
    String OUT_OF_MEMORY = "OOMKilled";

    /// In words, to go on from "it".
    String text();

    /// Whether another run ended likewise.
    default boolean same(Ending other) {
        return equals(other);
    }

    /// By itself, or by a limit.
    ///
    /// @param code its exit code
    /// @param reason containerd's word: `Completed`, `Error`, [#OUT_OF_MEMORY]
    record Exited(int code, String reason) implements Ending {
        /// The reason is there.
        public Exited {
            Objects.requireNonNull(reason, "reason");
        }

        /// Whether it was killed for memory.
        public boolean outOfMemory() {
            return reason.equals(OUT_OF_MEMORY);
        }

        @Override
        public String text() {
            return outOfMemory()
                    ? "was killed for memory (exit code " + code + ")"
                    : "ended with exit code " + code;
        }
    }

    /// It ran until it was stopped: as long as it was given, or until a question was answered.
    record KeptRunning() implements Ending {
        @Override
        public String text() {
            return "kept running until it was stopped";
        }
    }

    /// Its command was never started.
    ///
    /// @param why the runtime's reason, in one line
    record NotStarted(String why) implements Ending {
        /// The reason is there.
        public NotStarted {
            Objects.requireNonNull(why, "why");
        }

        @Override
        public String text() {
            return "was not started (" + why + ")";
        }

        /// Runtimes have words of their own for the same failure.
        @Override
        public boolean same(Ending other) {
            return other instanceof NotStarted;
        }
    }
}
