package dev.glovebox.engine;

import dev.glovebox.containerd.ContainerdClient;
import dev.glovebox.containerd.ContainerdProcess;
import dev.glovebox.containerd.ContainerdSettings;
import dev.glovebox.containerd.image.ImageStore;
import dev.glovebox.network.CniConfig;
import dev.glovebox.network.Ranges;
import dev.glovebox.node.forward.BoundedLoopbacks;
import dev.glovebox.node.forward.Loopbacks;
import dev.glovebox.runtimes.EvidenceFile;
import dev.glovebox.runtimes.Handler;
import dev.glovebox.runtimes.HandlerProbe;
import dev.glovebox.runtimes.HandlerReadiness;
import dev.glovebox.runtimes.SandboxRunner;
import dev.glovebox.runtimes.gvisor.RunscLoopback;
import dev.glovebox.runtimes.host.Cgroups;
import dev.glovebox.runtimes.host.HostProcesses;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// What runs the node's containers: a private containerd with its handlers, and the images that
/// every node has.
///
/// @param busybox name of the built-in image
/// @param evidence directory of evidence about the handlers
record NodeRuntime(
        ContainerdProcess process,
        ContainerdClient client,
        ImageStore images,
        ProvenHandlers handlers,
        String busybox,
        SandboxRunner.Settings probes,
        Path evidence) {
    /// One probe pod, from first to last; the first gVisor sandbox of a machine reads its program
    /// from a cold disk.

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /// Starts containerd or adopts the one that runs, and stores the images.
    ///
    /// @param machine what it runs them with
    /// @param node its name
    /// @param pods the ranges of its pods' addresses
    /// @param cni the network that a user named for them
    /// @param progress hears what is being done
    static NodeRuntime start(
            MachineRuntimes machine,
            NodePlaces places,
            String node,
            Ranges pods,
            Optional<CniSettings> cni,
            Consumer<String> progress)
            throws IOException {
        PrivateContainerd mine = new PrivateContainerd(places);
        Path plugins = network(machine, places, pods, cni);
        ContainerdSettings containerd =
                mine.settings(
                        machine.programs().containerd(),
                        plugins,
                        machine.pause().name(),
                        machine.handlers().stream()
                                .map(each ->
                                        mine.handler(
                                                each.name(),
                                                each.programs().getFirst(),
                                                each.setup().shim(),
                                                each.setup().configuration()))
                                .toList());
        mine.keep(containerd);
        ContainerdProcess process = new ContainerdProcess(containerd);
        process.start();
        ContainerdClient client = new ContainerdClient(containerd.socket());

        progress.accept("storing the built-in images");
        ImageStore images =
                new ImageStore(
                        client.cri(), client.content(), ImageStore.Settings.in(places.images()));
        images.ensure(machine.pause());
        images.ensure(machine.busybox());
        SandboxRunner.Settings probes =
                new SandboxRunner.Settings(
                        "/glovebox/" + node + "/probe",
                        places.probeLogs(),
                        machine.busybox().name(),
                        PATIENCE);
        return new NodeRuntime(
                process,
                client,
                images,
                new ProvenHandlers(machine.handlers(), machine.absent()),
                machine.busybox().name(),
                probes,
                places.evidence());
    }

    /// Writes the pods' network; answers with the directory of its plugins.
    private static Path network(
            MachineRuntimes machine, NodePlaces places, Ranges pods, Optional<CniSettings> cni) {
        Path directory = places.cni().resolve("net.d");
        if (cni.isEmpty()) {
            new CniConfig(places.network(), pods, places.leases()).writeInto(directory);
            return machine.programs().cniPlugins();
        }
        cni.get()
                .network(machine.programs()::cniPlugins)
                .writeInto(directory, places.network(), places.leases());
        return cni.get().directory(machine.programs()::cniPlugins);
    }

    /// Starts sandboxes for ourselves.
    SandboxRunner sandboxes() {
        return new SandboxRunner(client.cri(), Cgroups.ofThisMachine(), probes);
    }

    /// Has a probe pod run under every handler of which there is no evidence that still holds.
    void prove(Clock clock) throws InterruptedException, IOException {
        Cgroups cgroups = Cgroups.ofThisMachine();
        SandboxRunner runner = sandboxes();
        runner.sweep();
        handlers.prove(
                new HandlerReadiness(
                        client.cri(),
                        cgroups,
                        new HandlerProbe(
                                runner, new HostProcesses(Path.of("/proc")), cgroups, clock),
                        new EvidenceFile(evidence)));
    }

    /// The ways into sandboxes that have their network inside.
    Loopbacks loopbacks(NodePlaces places) {
        List<RunscLoopback> all =
                handlers.gvisor().stream()
                        .map(gvisor ->
                                new RunscLoopback(
                                        gvisor.programs().getLast(),
                                        places.runtimeRoot(gvisor.name()).resolve("k8s.io"),
                                        places.run()))
                        .toList();
        return new BoundedLoopbacks(sandbox ->
                all.stream()
                        .filter(runsc -> runsc.has(sandbox))
                        .findFirst()
                        .<Loopbacks.Loopback>map(runsc -> port -> runsc.dial(sandbox, port)));
    }

    /// Handlers whose pods the host bounds as one whole, gVisor's. A virtual machine takes up what
    /// it is given only when its own agent is told. The empty name is that of pods without a class.
    Set<String> whole() {
        Set<String> whole = new HashSet<>();
        for (Handler handler : handlers.gvisor()) {
            whole.add(handler.name());
            if (handlers.isStandard(handler)) {
                whole.add("");
            }
        }
        return whole;
    }
}
