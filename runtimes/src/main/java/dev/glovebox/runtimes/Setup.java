package dev.glovebox.runtimes;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/// How a handler came to be, for people: nothing of it is evidence.
///
/// @param source where its program was found or came from
/// @param lane who drives the program for containerd
/// @param platform how gVisor catches system calls, or Kata's hypervisor; empty for another runtime
/// @param shim the runtime type that containerd is told: `io.containerd.runc.v2`
/// @param configuration a file that the shim is told of
public record Setup(
        String source, Lane lane, String platform, String shim, Optional<Path> configuration) {
    /// containerd's own shim, which calls runc and what is like it.
    public static final String RUNC_SHIM = dev.glovebox.containerd.Handler.RUNC_SHIM;

    /// No part may be missing.
    public Setup {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(lane, "lane");
        Objects.requireNonNull(platform, "platform");
        Objects.requireNonNull(shim, "shim");
        Objects.requireNonNull(configuration, "configuration");
    }

    /// Without a configuration.
    public Setup(String source, Lane lane, String platform, String shim) {
        this(source, lane, platform, shim, Optional.empty());
    }

    /// A program that containerd's own shim calls.
    public static Setup direct(String source) {
        return new Setup(source, Lane.SHIM, "", RUNC_SHIM);
    }

    /// Who drives an OCI runtime for containerd.
    public enum Lane {
        /// A shim: the runtime's own, or containerd's for runc.
        SHIM("the official shim"),
        /// Our launcher, under containerd's shim for runc.
        LAUNCHER("the launcher");

        private final String words;

        Lane(String words) {
            this.words = words;
        }

        /// In a sentence about gVisor.
        public String words() {
            return words;
        }

        /// The word for people and programs.
        public String text() {
            return this == SHIM ? "shim" : "launcher";
        }
    }
}
