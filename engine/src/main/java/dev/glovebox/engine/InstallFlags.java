package dev.glovebox.engine;

import dev.glovebox.containerd.packages.DebianPackages;
import dev.glovebox.runtimes.gvisor.Platform;
import dev.glovebox.runtimes.install.GvisorRelease;
import dev.glovebox.runtimes.install.GvisorWishes;
import dev.glovebox.runtimes.install.RuntimeInstaller;
import dev.glovebox.runtimes.install.RuntimeSource;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// What is to be installed, and from where, as a command line says it.
final class InstallFlags {
    @Mixin private Consent consent = new Consent();

    @Parameters(paramLabel = "RUNTIME", description = "gvisor")
    private String runtime = "";

    @Option(
            names = "--from",
            paramLabel = "SOURCE",
            description =
                    "release: gVisor's official one. go: its Go module, built here. apt: Debian's"
                            + " package. FILE: a program or an archive, with its SHA-512. Without it"
                            + " the first of these that can be reached, in this order.")
    private String from = "";

    @Option(
            names = "--version",
            paramLabel = "VERSION",
            description =
                    "Of a release 20260817.0 or latest; of the Go module v0.0.0-TIME-COMMIT; of a"
                            + " package part of its version.")
    private String version = "";

    @Option(names = "--sha512", paramLabel = "HEX", description = "Of FILE; else in FILE.sha512.")
    private String sha512 = "";

    @Option(
            names = "--release-url",
            paramLabel = "URL",
            description = "Where releases are (${DEFAULT-VALUE}).")
    private URI releases = GvisorRelease.OFFICIAL;

    @Option(
            names = "--platform",
            paramLabel = "PLATFORM",
            description = "systrap, kvm or ptrace; without it what this machine does best.")
    private String platform = "";

    @Option(
            names = "--lane",
            paramLabel = "LANE",
            description = "With --system: shim wants gVisor's own shim to be installed too.")
    private String lane = "";

    String runtime() {
        return runtime;
    }

    /// Installs it, after a person has agreed.
    ///
    /// @param places where to
    /// @param verb what is done, for the question
    RuntimeInstaller.Outcome install(RuntimePlaces places, String verb, Sayer say)
            throws IOException, InterruptedException {
        if (!runtime.equals(RuntimeInstaller.GVISOR)) {
            throw new EngineException(
                    "only gvisor can be installed by this version, not \"%s\"; any other OCI runtime is taken by: runtimes add NAME --binary PATH"
                            .formatted(Printable.of(runtime)));
        }
        checkLane(places);
        Optional<Platform> wished = platform();
        RuntimeInstaller installer = places.installer(say::progress);
        RuntimeSource source = source(places);
        consent.ask(
                "%s gVisor from %s below %s"
                        .formatted(verb, source.describe(), places.directory()));
        GvisorWishes wishes =
                new GvisorWishes(
                        wished, !from.isEmpty() || !version.isEmpty(), lane.equals("shim"));
        return installer.gvisor(source, MachineRuntimes.launcher(), wishes, places.links());
    }

    /// Where it comes from.
    private RuntimeSource source(RuntimePlaces places) throws IOException {
        DebianPackages packages =
                new DebianPackages(
                        places.system()
                                ? places.directory().resolve("packages")
                                : places.engine().packages(),
                        Path.of("/etc/apt"));
        return new GvisorSources(packages, releases, version, sha512).named(from);
    }

    private Optional<Platform> platform() {
        if (platform.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                Platform.of(platform)
                        .orElseThrow(() ->
                                new EngineException(
                                        "--platform is systrap, kvm or ptrace, not \"%s\""
                                                .formatted(Printable.of(platform)))));
    }

    private void checkLane(RuntimePlaces places) {
        switch (lane) {
            case "", "launcher" -> {}
            case "shim" -> {
                if (!places.system()) {
                    throw new EngineException(
                            "--lane shim is for a containerd that is not Glovebox's (--system): the engine drives runsc by its launcher");
                }
            }
            default ->
                    throw new EngineException(
                            "--lane is shim or launcher, not \"%s\"".formatted(Printable.of(lane)));
        }
    }
}
