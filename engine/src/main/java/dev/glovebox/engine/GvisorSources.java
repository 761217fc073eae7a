package dev.glovebox.engine;

import dev.glovebox.runtimes.install.Architecture;
import dev.glovebox.runtimes.install.FirstOf;
import dev.glovebox.runtimes.install.GoModule;
import dev.glovebox.runtimes.install.GvisorRelease;
import dev.glovebox.runtimes.install.RuntimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Where a gVisor may come from, as a command line says it.
record GvisorSources(SourceFlags flags) {
    /// The source of that name; for an empty one, the first that can be reached.
    ///
    /// @param name `release`, `go`, `apt` or a file
    RuntimeSource named(String name) throws IOException {
        flags.checkVoucher(name, List.of("", "release", "go", "apt"));
        return switch (name) {
            case "release" -> release();
            case "apt" -> apt();
            case "go" ->
                    new GoModule(
                            go().orElseThrow(() ->
                                    new EngineException(
                                            "there is no go on PATH or in /usr/local/go/bin; install Go (https://go.dev/dl), or take another --from")),
                            flags.version().isEmpty() ? GoModule.PINNED : flags.version());
            case "" -> any();
            default -> flags.file(name, "runsc", "containerd-shim-runsc-v1");
        };
    }

    private RuntimeSource any() throws IOException {
        if (flags.version().startsWith("v0.")) {
            return named("go");
        }
        List<RuntimeSource> all = new ArrayList<>(List.of(release()));
        Optional<Path> go = go();
        if (go.isPresent() && flags.version().isEmpty()) {
            all.add(new GoModule(go.get(), GoModule.PINNED));
        }
        all.add(apt());
        return new FirstOf(all);
    }

    private RuntimeSource release() {
        return new GvisorRelease(
                flags.releases().orElse(GvisorRelease.OFFICIAL),
                flags.release(),
                Architecture.ofThisMachine());
    }

    private RuntimeSource apt() throws IOException {
        return flags.apt(
                List.of(SourceFlags.suite() + "-backports", "trixie"), "runsc", "usr/bin/runsc");
    }

    private static Optional<Path> go() {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Stream.concat(
                        Arrays.stream(path.split(":", -1)).filter(each -> each.startsWith("/")),
                        Stream.of("/usr/local/go/bin"))
                .map(each -> Path.of(each, "go"))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
