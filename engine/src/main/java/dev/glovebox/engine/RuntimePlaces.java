package dev.glovebox.engine;

import dev.glovebox.containerd.ContainerdProcess;
import dev.glovebox.containerd.ContainerdSettings;
import dev.glovebox.runtimes.foreign.Undoing;
import dev.glovebox.runtimes.host.HostProcess;
import dev.glovebox.runtimes.host.HostProcesses;
import dev.glovebox.runtimes.install.Links;
import dev.glovebox.runtimes.install.RuntimeInstaller;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
        return new RuntimeInstaller(directory(), this::inUse, Clock.systemUTC(), progress);
    }

    /// Whether a program of a version runs, or a containerd of the engine's would call it.
    private boolean inUse(Path home) {
        try {
            for (HostProcess each : new HostProcesses(Path.of("/proc")).all()) {
                if (Path.of(each.executable().replace(" (deleted)", "")).startsWith(home)) {
                    return true;
                }
            }
            return system ? writtenDown(home) : configured(home) || called(home);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Whether a configuration of somebody else's containerd names a version.
    private boolean writtenDown(Path home) throws IOException {
        for (Path each : new Undoing(prefix(), said -> {}).written()) {
            if (Files.isRegularFile(each) && Files.readString(each).contains(home.toString())) {
                return true;
            }
        }
        return false;
    }

    /// Whether a shim of a container was told to call a version: what is like runc leaves no
    /// process of its own behind.
    private boolean called(Path home) throws IOException {
        for (NodePlaces node : nodes()) {
            Path tasks = node.run().resolve("containerd/io.containerd.runtime.v2.task/k8s.io");
            if (!Files.isDirectory(tasks)) {
                continue;
            }
            try (var bundles = Files.newDirectoryStream(tasks)) {
                for (Path bundle : bundles) {
                    Path options = bundle.resolve("options.json");
                    if (Files.isRegularFile(options)
                            && Files.readString(options).contains(home.toString())) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private boolean configured(Path home) throws IOException {
        for (NodePlaces node : nodes()) {
            Optional<ContainerdSettings> kept = new PrivateContainerd(node).kept();
            if (kept.isPresent()
                    && kept.get().handlers().stream().anyMatch(h -> h.binary().startsWith(home))
                    && new ContainerdProcess(kept.get()).find().isPresent()) {
                return true;
            }
        }
        return false;
    }

    private List<NodePlaces> nodes() throws IOException {
        Places engine = engine();
        List<NodePlaces> all = new ArrayList<>(List.of(NodePlaces.first(engine)));
        if (Files.isDirectory(engine.nodes())) {
            try (var further = Files.list(engine.nodes())) {
                further.forEach(
                        each -> all.add(NodePlaces.further(engine, each.getFileName().toString())));
            }
        }
        return all;
    }
}
