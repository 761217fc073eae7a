package dev.glovebox.runtimes;

import java.util.Objects;

/// What is known of a handler. Only [Ready] may be given an untrusted pod.
public sealed interface HandlerState {
    /// One sentence for people, without a full stop.
    String summary();

    /// A probe pod has run under it, isolated as claimed, and its memory limit was seen to bind.
    record Ready(Evidence evidence) implements HandlerState {
        /// The evidence is required.
        public Ready {
            Objects.requireNonNull(evidence, "evidence");
        }

        @Override
        public String summary() {
            return "a probe pod ran under "
                    + evidence.runtimeVersion()
                    + " on kernel "
                    + evidence.guestKernel()
                    + " and was ended at its memory limit";
        }
    }

    /// Pods run isolated under it, but something that should bind them does not.
    ///
    /// @param unbound what does not bind, as a sentence without a full stop
    record Degraded(Evidence evidence, String unbound) implements HandlerState {
        /// Both are required.
        public Degraded {
            Objects.requireNonNull(evidence, "evidence");
            Objects.requireNonNull(unbound, "unbound");
        }

        @Override
        public String summary() {
            return unbound;
        }
    }

    /// It is there, and does not do what it claims.
    ///
    /// @param why a sentence without a full stop
    record Broken(String why) implements HandlerState {
        /// The reason is required.
        public Broken {
            Objects.requireNonNull(why, "why");
        }

        @Override
        public String summary() {
            return why;
        }
    }

    /// It is not on this machine.
    ///
    /// @param why what was looked for, as a sentence without a full stop
    /// @param cure what would help, as a sentence without a full stop
    record Absent(String why, String cure) implements HandlerState {
        /// Both are required.
        public Absent {
            Objects.requireNonNull(why, "why");
            Objects.requireNonNull(cure, "cure");
        }

        @Override
        public String summary() {
            return why + "; " + cure;
        }
    }
}
