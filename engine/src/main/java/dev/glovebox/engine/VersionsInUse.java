package dev.glovebox.engine;

import dev.glovebox.containerd.ContainerdProcess;
import dev.glovebox.containerd.ContainerdSettings;
import dev.glovebox.runtimes.foreign.Undoing;
import dev.glovebox.runtimes.host.HostProcess;
import dev.glovebox.runtimes.host.HostProcesses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Which versions of runtimes somebody still needs: their directories may not go.
final class VersionsInUse implements Predicate<Path> {
    /// What else than a process may need a version.
    @FunctionalInterface
    private interface Named {
        boolean in(Path home) throws IOException;
    }

    private final Named named;

    private VersionsInUse(Named named) {
        this.named = named;
    }

    /// Of an engine: what its containerds would call, and what their shims were told to.
    static VersionsInUse of(Places engine) {
        return new VersionsInUse(home -> {
            List<NodePlaces> nodes = new ArrayList<>(List.of(NodePlaces.first(engine)));
            for (String each : engine.furtherNodes()) {
                nodes.add(NodePlaces.further(engine, each));
            }
            for (NodePlaces node : nodes) {
                if (isConfigured(node, home) || isCalled(node, home)) {
                    return true;
                }
            }
            return false;
        });
    }

    /// Of other people's containerds: what their configurations name.
    static VersionsInUse underOthers(Path prefix) {
        return new VersionsInUse(home -> {
            for (Path each : new Undoing(prefix, said -> {}).written()) {
                if (names(each, home)) {
                    return true;
                }
            }
            return false;
        });
    }

    /// Whether a program of a version runs, or will be called again.
    @Override
    public boolean test(Path home) {
        try {
            for (HostProcess each : new HostProcesses(Path.of("/proc")).all()) {
                if (Path.of(each.executable()).startsWith(home)) {
                    return true;
                }
            }
            return named.in(home);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isConfigured(NodePlaces node, Path home) throws IOException {
        Optional<ContainerdSettings> kept = new PrivateContainerd(node).kept();
        return kept.isPresent()
                && kept.get().handlers().stream().anyMatch(h -> h.binary().startsWith(home))
                && new ContainerdProcess(kept.get()).find().isPresent();
    }

    /// Whether a shim of a container was told to call a version: what is like runc leaves no
    /// process of its own behind.
    private static boolean isCalled(NodePlaces node, Path home) throws IOException {
        Path tasks = node.run().resolve("containerd/io.containerd.runtime.v2.task/k8s.io");
        if (!Files.isDirectory(tasks)) {
            return false;
        }
        try (var bundles = Files.newDirectoryStream(tasks)) {
            for (Path bundle : bundles) {
                if (names(bundle.resolve("options.json"), home)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean names(Path file, Path home) throws IOException {
        return Files.isRegularFile(file) && Files.readString(file).contains(home.toString());
    }
}
