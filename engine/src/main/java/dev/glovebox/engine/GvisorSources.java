package dev.glovebox.engine;

import dev.glovebox.containerd.packages.DebianPackages;
import dev.glovebox.runtimes.install.Architecture;
import dev.glovebox.runtimes.install.DebianPackage;
import dev.glovebox.runtimes.install.FirstOf;
import dev.glovebox.runtimes.install.GoModule;
import dev.glovebox.runtimes.install.GvisorRelease;
import dev.glovebox.runtimes.install.LocalFile;
import dev.glovebox.runtimes.install.RuntimeSource;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Where a gVisor may come from, as a command line says it.
///
/// @param releases the address above the releases
/// @param version empty: the newest
/// @param sha512 of a file; empty: beside it
record GvisorSources(DebianPackages packages, URI releases, String version, String sha512) {
    /// The source of that name; for an empty one, the first that can be reached.
    ///
    /// @param name `release`, `go`, `apt` or a file
    RuntimeSource named(String name) throws IOException {
        if (!sha512.isEmpty() && List.of("", "release", "go", "apt").contains(name)) {
            throw new EngineException("--sha512 is for --from FILE");
        }
        return switch (name) {
            case "release" -> release();
            case "apt" -> apt();
            case "go" ->
                    new GoModule(
                            go().orElseThrow(() ->
                                    new EngineException(
                                            "there is no go on PATH or in /usr/local/go/bin; install Go (https://go.dev/dl), or take another --from")),
                            version.isEmpty() ? GoModule.PINNED : version);
            case "" -> any();
            default -> file(name);
        };
    }

    private RuntimeSource any() throws IOException {
        if (version.startsWith("v0.")) {
            return named("go");
        }
        List<RuntimeSource> all = new ArrayList<>(List.of(release()));
        Optional<Path> go = go();
        if (go.isPresent() && version.isEmpty()) {
            all.add(new GoModule(go.get(), GoModule.PINNED));
        }
        all.add(apt());
        return new FirstOf(all);
    }

    private RuntimeSource release() {
        return new GvisorRelease(
                releases, version.isEmpty() ? "latest" : version, Architecture.ofThisMachine());
    }

    private RuntimeSource apt() throws IOException {
        String suite = MachinePrograms.suite(Path.of("/etc/os-release"));
        return new DebianPackage(
                packages,
                Stream.of(suite + "-backports", "trixie").toList(),
                "runsc",
                "usr/bin/runsc",
                Optional.of(version).filter(text -> !text.isEmpty()));
    }

    private RuntimeSource file(String name) {
        if (!version.isEmpty()) {
            throw new EngineException("a file has the version that it has: leave out --version");
        }
        return new LocalFile(
                Path.of(name),
                Optional.of(sha512).filter(text -> !text.isEmpty()),
                "runsc",
                "containerd-shim-runsc-v1");
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
