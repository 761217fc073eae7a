package dev.glovebox.runtimes.install;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// One version of a runtime that was installed.
///
/// @param version what the program says of itself
/// @param source where it came from, for people
/// @param home the directory that has this version and nothing else
/// @param programs the names of its programs in that directory
/// @param platform how gVisor catches system calls; empty for another runtime
/// @param trial what was seen when that was measured; empty where it was not
/// @param shim the runtime type that containerd is told of it
/// @param at when it was installed
public record Installation(
        String version,
        String source,
        Path home,
        List<String> programs,
        String platform,
        String trial,
        String shim,
        Instant at) {
    /// No part may be missing, and there is at least one program.
    public Installation {
        Objects.requireNonNull(version, "version");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(home, "home");
        Objects.requireNonNull(platform, "platform");
        Objects.requireNonNull(trial, "trial");
        Objects.requireNonNull(shim, "shim");
        Objects.requireNonNull(at, "at");
        programs = List.copyOf(programs);
        if (programs.isEmpty()) {
            throw new IllegalArgumentException("an installation without a program: " + home);
        }
    }

    /// The path of one of its programs; empty where it has none of that name.
    public Optional<Path> program(String name) {
        return programs.contains(name) ? Optional.of(home.resolve(name)) : Optional.empty();
    }
}
