package dev.glovebox.engine;

import dev.glovebox.containerd.packages.DebianPackages;
import dev.glovebox.runtimes.gvisor.Platform;
import dev.glovebox.runtimes.install.Gvisor;
import dev.glovebox.runtimes.install.GvisorWishes;
import dev.glovebox.runtimes.install.Kata;
import dev.glovebox.runtimes.install.OciProgram;
import dev.glovebox.runtimes.install.RuntimeInstaller;
import dev.glovebox.runtimes.install.RuntimeKind;
import dev.glovebox.runtimes.install.RuntimeSource;
import dev.glovebox.runtimes.install.Voucher;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// What is to be installed, and from where, as a command line says it.
final class InstallFlags {
    @Mixin private Consent consent = new Consent();

    @Parameters(paramLabel = "RUNTIME", description = "gvisor, crun or kata")
    private String runtime = "";

    @Option(
            names = "--from",
            paramLabel = "SOURCE",
            description =
                    "release: the project's own. go: gVisor's Go module, built here. apt: Debian's"
                            + " package. FILE: a program or an archive, with its digest. Without it"
                            + " the first of these that can be reached, in this order.")
    private String from = "";

    @Option(
            names = "--version",
            paramLabel = "VERSION",
            description =
                    "Of gVisor's release 20260817.0, of crun's 1.28, of Kata's 4.2.0, or latest; of the Go module"
                            + " v0.0.0-TIME-COMMIT; of a package part of its version.")
    private String version = "";

    @Option(names = "--sha512", paramLabel = "HEX", description = "Of FILE; else in FILE.sha512.")
    private String sha512 = "";

    @Option(
            names = "--sha256",
            paramLabel = "HEX",
            description = "Of FILE, or of crun's or Kata's release, as GitHub shows it.")
    private String sha256 = "";

    @Option(
            names = "--release-url",
            paramLabel = "URL",
            description = "Where releases are, if not where the project publishes them.")
    private @Nullable URI releases;

    @Option(
            names = "--platform",
            paramLabel = "PLATFORM",
            description =
                    "Of gVisor: systrap, kvm or ptrace; without it what this machine does best.")
    private String platform = "";

    @Option(
            names = "--lane",
            paramLabel = "LANE",
            description = "Of gVisor with --system: shim wants its own shim to be installed too.")
    private String lane = "";

    @Option(
            names = "--hypervisor",
            paramLabel = "NAME",
            description =
                    "Of Kata: qemu, clh or whatever its release has a configuration for (qemu).")
    private String hypervisor = "";

    String runtime() {
        return runtime;
    }

    /// Installs it, after a person has agreed.
    ///
    /// @param places where to
    /// @param verb what is done, for the question
    RuntimeInstaller.Outcome install(RuntimePlaces places, String verb, Sayer say)
            throws IOException, InterruptedException {
        if (!hypervisor.isEmpty() && !runtime.equals(Kata.NAME)) {
            throw new EngineException("--hypervisor is Kata's");
        }
        Wanted wanted =
                switch (runtime) {
                    case Gvisor.NAME -> gvisor(places);
                    case OciProgram.CRUN -> crun(places);
                    case Kata.NAME -> kata(places);
                    default ->
                            throw new EngineException(
                                    "gvisor, crun and kata can be installed, not \"%s\"; any other OCI runtime is taken by: runtimes add NAME --binary PATH"
                                            .formatted(Printable.of(runtime)));
                };
        RuntimeInstaller installer = places.installer(say::progress);
        consent.ask(
                "%s %s from %s below %s"
                        .formatted(verb, runtime, wanted.source.describe(), places.directory()));
        return installer.install(wanted.kind, wanted.source, places.links());
    }

    /// A runtime, and where it comes from.
    private record Wanted(RuntimeKind kind, RuntimeSource source) {}

    private Wanted gvisor(RuntimePlaces places) throws IOException {
        checkLane(places);
        GvisorWishes wishes = new GvisorWishes(platform(), isChosen(), lane.equals("shim"));
        return new Wanted(
                new Gvisor(MachineRuntimes.launcher(), wishes),
                new GvisorSources(sources(places)).named(from));
    }

    private Wanted crun(RuntimePlaces places) throws IOException {
        checkNothingOfGvisors(places);
        return new Wanted(
                OciProgram.crun(isChosen()), new CrunSources(sources(places)).named(from));
    }

    private Wanted kata(RuntimePlaces places) throws IOException {
        checkNothingOfGvisors(places);
        return new Wanted(
                new Kata(hypervisor, isChosen()), new KataSources(sources(places)).named(from));
    }

    private void checkNothingOfGvisors(RuntimePlaces places) {
        if (!platform.isEmpty() || !lane.isEmpty()) {
            throw new EngineException("--platform and --lane are gVisor's");
        }
        if (places.system()) {
            throw new EngineException(
                    "--system is for gvisor: `runtimes configure` tells other people's containerds of nothing else");
        }
    }

    /// Whether a person said which one, so that it may be older than the one in use.
    private boolean isChosen() {
        return !from.isEmpty() || !version.isEmpty();
    }

    private SourceFlags sources(RuntimePlaces places) throws IOException {
        DebianPackages packages =
                new DebianPackages(
                        places.system()
                                ? places.directory().resolve("packages")
                                : places.engine().packages(),
                        Path.of("/etc/apt"));
        if (!sha256.isEmpty() && !sha512.isEmpty()) {
            throw new EngineException("one digest is enough: --sha256 or --sha512");
        }
        return new SourceFlags(
                packages,
                Optional.ofNullable(releases),
                version,
                sha256.isEmpty() ? Voucher.sha512(sha512) : Voucher.sha256(sha256));
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
