package dev.glovebox.engine;

import dev.glovebox.runtimes.install.Architecture;
import dev.glovebox.runtimes.install.Kata;
import dev.glovebox.runtimes.install.KataRelease;
import dev.glovebox.runtimes.install.LocalArchive;
import dev.glovebox.runtimes.install.RuntimeSource;
import java.nio.file.Path;

/// Where a Kata may come from, as a command line says it.
record KataSources(SourceFlags flags) {
    /// The source of that name; for an empty one the release.
    ///
    /// @param name `release`, or a file
    RuntimeSource named(String name) {
        return switch (name) {
            case "", "release" ->
                    new KataRelease(
                            flags.releases().orElse(KataRelease.OFFICIAL),
                            flags.release(),
                            Architecture.ofThisMachine(),
                            flags.voucher());
            case "apt", "go" ->
                    throw new EngineException("Kata comes from its release, or from a FILE");
            default -> {
                flags.checkNoVersion();
                yield new LocalArchive(Path.of(name), flags.voucher(), Kata.ARCHIVE);
            }
        };
    }
}
