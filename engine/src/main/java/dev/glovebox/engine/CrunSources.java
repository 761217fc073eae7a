package dev.glovebox.engine;

import dev.glovebox.runtimes.install.Architecture;
import dev.glovebox.runtimes.install.CrunRelease;
import dev.glovebox.runtimes.install.FirstOf;
import dev.glovebox.runtimes.install.RuntimeSource;
import java.io.IOException;
import java.util.List;

/// Where a crun may come from, as a command line says it.
record CrunSources(SourceFlags flags) {
    /// The source of that name; for an empty one, the first that can be reached. A digest that a
    /// person gave is a release's: with one, nothing else is taken.
    ///
    /// @param name `release`, `apt` or a file
    RuntimeSource named(String name) throws IOException {
        flags.checkVoucher(name, List.of("apt"));
        return switch (name) {
            case "release" -> release();
            case "apt" -> apt();
            case "" ->
                    flags.voucher().hex().isEmpty()
                            ? new FirstOf(List.of(release(), apt()))
                            : release();
            default -> flags.file(name, "crun");
        };
    }

    private RuntimeSource release() {
        return new CrunRelease(
                flags.releases().orElse(CrunRelease.OFFICIAL),
                flags.release(),
                Architecture.ofThisMachine(),
                flags.voucher());
    }

    /// Of this machine's own suite alone: the program of another one wants that one's libraries.
    private RuntimeSource apt() throws IOException {
        String suite = SourceFlags.suite();
        return flags.apt(List.of(suite + "-backports", suite), "crun", "usr/bin/crun");
    }
}
