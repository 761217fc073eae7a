package dev.glovebox.engine;

import dev.glovebox.runtimes.install.Links;
import dev.glovebox.runtimes.install.RuntimeInstaller;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Which runtimes a command is about: those of an engine, below its data directory, or those of the
/// whole machine, for a containerd that is not ours.
final class RuntimePlaces {
    private static final Path USUAL = Path.of("/usr/local");

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    @Option(
            names = "--system",
            description =
                    "For a containerd that is not Glovebox's: below /usr/local, where `down --purge` leaves it.")
    private boolean system;

    @Option(
            names = "--prefix",
            paramLabel = "DIRECTORY",
            description = "With --system: another directory than /usr/local.")
    private Path prefix = USUAL;

    boolean system() {
        return system;
    }

    Path prefix() {
        return prefix.toAbsolutePath().normalize();
    }

    /// What has to be said to find the same place again; empty for the usual one.
    String prefixFlag() {
        return prefix().equals(USUAL) ? "" : " --prefix " + prefix();
    }

    Places engine() throws IOException {
        return RuntimesCommand.above(command).engine();
    }

    /// The directory that has the versions.
    Path directory() throws IOException {
        return system ? prefix().resolve("lib/glovebox") : engine().runtimes();
    }

    Links links() throws IOException {
        return system ? Links.in(prefix().resolve("bin"), directory()) : Links.none();
    }

    /// Installs there.
    ///
    /// @throws EngineException where the caller is not root
    RuntimeInstaller installer(Consumer<String> progress) throws IOException {
        if (!Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
            throw new EngineException("runtimes are root's; run it with sudo");
        }
        if (!system) {
            Foreground.makeDataDirectory(engine().paths());
        }
        VersionsInUse inUse =
                system ? VersionsInUse.underOthers(prefix()) : VersionsInUse.of(engine());
        return new RuntimeInstaller(directory(), inUse, Clock.systemUTC(), progress);
    }
}
