package dev.glovebox.runtimes.foreign;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/// gVisor's programs on this machine, as `runtimes install gvisor --system` puts them: links in
/// `PREFIX/bin` to files of one version below `PREFIX/lib`.
///
/// @param runsc the program with its version in the path, where it is installed; else where it
///   would be
/// @param shim the official shim likewise; empty where runsc is installed without one
/// @param launcher our launcher likewise
/// @param platform what runsc is to run on: as the launcher's settings say, else `systrap`
/// @param installed whether they are there
public record GvisorPrograms(
        Path runsc, Optional<Path> shim, Path launcher, String platform, boolean installed) {
    private static final String SYSTRAP = "systrap";

    /// No part may be missing.
    public GvisorPrograms {
        Objects.requireNonNull(runsc, "runsc");
        Objects.requireNonNull(shim, "shim");
        Objects.requireNonNull(launcher, "launcher");
        Objects.requireNonNull(platform, "platform");
    }

    /// Those below `prefix`, normally `/usr/local`. Links are followed, so that a pod keeps the
    /// files that it was started with when the links are moved.
    public static GvisorPrograms in(Path prefix) {
        Path bin = prefix.resolve("bin");
        Path runsc = bin.resolve("runsc");
        Path shim = bin.resolve("containerd-shim-runsc-v1");
        Path launcher = bin.resolve("runsc-launcher");
        if (!Files.isExecutable(runsc)) {
            return new GvisorPrograms(runsc, Optional.of(shim), launcher, SYSTRAP, false);
        }
        try {
            Path realLauncher = Files.exists(launcher) ? launcher.toRealPath() : launcher;
            return new GvisorPrograms(
                    runsc.toRealPath(),
                    Files.isExecutable(shim) ? Optional.of(shim.toRealPath()) : Optional.empty(),
                    realLauncher,
                    platform(realLauncher),
                    true);
        } catch (IOException e) {
            throw ConfigurationRefused.io("cannot follow the links in " + bin, e);
        }
    }

    private static String platform(Path launcher) throws IOException {
        Path settings = launcher.resolveSibling("runsc-launcher.conf");
        if (!Files.isReadable(settings)) {
            return SYSTRAP;
        }
        try (var lines = Files.lines(settings)) {
            return lines.map(line -> line.split("=", 2))
                    .filter(pair -> pair.length == 2 && pair[0].strip().equals("platform"))
                    .map(pair -> pair[1].strip())
                    .findFirst()
                    .orElse(SYSTRAP);
        }
    }
}
