package dev.glovebox.engine;

import dev.glovebox.containerd.ContainerdClient;
import dev.glovebox.containerd.ContainerdProcess;
import dev.glovebox.containerd.ContainerdSettings;
import dev.glovebox.containerd.Trees;
import dev.glovebox.control.ControlClient;
import dev.glovebox.control.ControlException;
import dev.glovebox.control.EnginePaths;
import dev.glovebox.control.Request;
import dev.glovebox.network.FirewallRules;
import dev.glovebox.network.Forwarding;
import dev.glovebox.network.Nft;
import dev.glovebox.node.NodePurge;
import dev.glovebox.node.NodeSettings;
import dev.glovebox.runtimes.host.Cgroups;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Removes everything that one engine made on this machine: pods, processes, networks, mounts,
/// cgroups and files. Works on what a killed engine left, and again on what a purge that broke off
/// left: what says where things are goes last.
final class Purge {
    private static final int LONGEST_STOP_SECONDS = 60;

    private final Places places;
    private final EnginePaths paths;

    Purge(Places places) {
        this.places = places;
        this.paths = places.paths();
    }

    void run() throws IOException, InterruptedException {
        if (!Files.isDirectory(paths.data()) && !Files.isDirectory(paths.run())) {
            return;
        }
        stopEngine();
        if (!Files.isDirectory(paths.data())) {
            Trees.delete(paths.run());
            return;
        }
        try (EngineLock _ = lock()) {
            EngineSettings settings =
                    new SettingsFile(places.settings()).read().orElse(EngineSettings.DEFAULT);
            for (String name : nodes(settings)) {
                purge(name, settings);
            }
            if (settings.extent() == Extent.WHOLE) {
                new MachineNetwork(paths, settings.pods()).purge();
            }
            removeFiles();
        }
        removeIfEmpty(paths.data());
        removeIfEmpty(paths.runs());
    }

    /// Those that the settings tell, and those that were made by others that are lost.
    private Set<String> nodes(EngineSettings settings) throws IOException {
        Set<String> names = new LinkedHashSet<>();
        names.add(settings.nodeName());
        names.addAll(settings.nodes().names(settings.nodeName()));
        names.addAll(places.furtherNodes());
        return names;
    }

    private void purge(String name, EngineSettings settings) throws IOException {
        NodePlaces own = NodePlaces.of(places, settings.nodeName(), name);
        NodePurge node = node(name, own, settings);
        purgeContainers(node, own);
        node.removeRest();
        if (NodeClaim.holds(paths, name)) {
            node.removeCgroups();
            Cgroups.ofThisMachine().remove("/glovebox/" + name);
            NodeClaim.release(paths, name);
        }
    }

    private void stopEngine() {
        try (ControlClient client = ControlClient.connect(paths.controlSocket())) {
            client.converse(
                    new Request.Down(),
                    OutputStream.nullOutputStream(),
                    OutputStream.nullOutputStream(),
                    line -> {});
        } catch (IOException | ControlException e) {
            org.slf4j.LoggerFactory.getLogger(Purge.class)
                    .atDebug()
                    .addKeyValue("cause", e.getMessage())
                    .log("no engine listens");
        }
    }

    /// Waits for an engine that was told to stop.
    private EngineLock lock() throws IOException, InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        for (int i = 0; i < LONGEST_STOP_SECONDS * 10; i++) {
            try {
                return EngineLock.take(paths.lock());
            } catch (EngineException held) {
                if (never.await(100, TimeUnit.MILLISECONDS)) {
                    break;
                }
            }
        }
        return EngineLock.take(paths.lock());
    }

    private NodePurge node(String name, NodePlaces own, EngineSettings settings) {
        return new NodePurge(
                new NodeSettings(name, "127.0.0.1", own.data(), own.run()),
                own.network(),
                new FirewallRules(own.network(), settings.pods()),
                Nft.ofMachine(),
                new Forwarding(places.forwarding()));
    }

    private void purgeContainers(NodePurge node, NodePlaces own) throws IOException {
        Optional<ContainerdSettings> settings = new PrivateContainerd(own).kept();
        if (settings.isEmpty()) {
            return;
        }
        ContainerdProcess containerd = new ContainerdProcess(settings.get());
        if (containerd.find().isPresent()) {
            try (ContainerdClient client = new ContainerdClient(settings.get().socket())) {
                node.removePods(client.cri());
            }
        }
        containerd.purge();
    }

    private void removeFiles() {
        Trees.delete(paths.run());
        for (Path each : places.all()) {
            Trees.delete(each);
        }
    }

    private static void removeIfEmpty(Path directory) throws IOException {
        try {
            Files.deleteIfExists(directory);
        } catch (DirectoryNotEmptyException others) {
            // What lies in it is not ours.
            return;
        }
    }
}
