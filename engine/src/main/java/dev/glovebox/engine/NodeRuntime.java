package dev.glovebox.engine;

import dev.glovebox.containerd.ContainerdClient;
import dev.glovebox.containerd.ContainerdProcess;
import dev.glovebox.containerd.ContainerdSettings;
import dev.glovebox.containerd.image.BuiltinImage;
import dev.glovebox.containerd.image.BuiltinImages;
import dev.glovebox.containerd.image.ImageStore;
import dev.glovebox.containerd.packages.DebianPackages;
import dev.glovebox.model.Names;
import dev.glovebox.network.Cidr;
import dev.glovebox.network.CniConfig;
import dev.glovebox.node.forward.Loopbacks;
import dev.glovebox.runtimes.EvidenceFile;
import dev.glovebox.runtimes.Handler;
import dev.glovebox.runtimes.HandlerProbe;
import dev.glovebox.runtimes.HandlerReadiness;
import dev.glovebox.runtimes.HandlerState;
import dev.glovebox.runtimes.SandboxRunner;
import dev.glovebox.runtimes.gvisor.RunscHandler;
import dev.glovebox.runtimes.gvisor.RunscLoopback;
import dev.glovebox.runtimes.gvisor.RunscProgram;
import dev.glovebox.runtimes.gvisor.RunscSearch;
import dev.glovebox.runtimes.host.Cgroups;
import dev.glovebox.runtimes.host.HostProcesses;
import dev.glovebox.runtimes.host.ShortCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    private static final Duration QUICK = Duration.ofSeconds(10);

    /// One probe pod, from first to last; the first gVisor sandbox of a machine reads its program
    /// from a cold disk.
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /// Finds the programs, starts containerd or adopts the one that runs, and stores the images.
    ///
    /// @param progress hears what is being done
    static NodeRuntime start(NodePlaces places, String node, Cidr pods, Consumer<String> progress)
            throws IOException {
        MachinePrograms programs =
                MachinePrograms.ofThisMachine(
                        new DebianPackages(places.engine().packages(), Path.of("/etc/apt")));
        PrivateContainerd mine = new PrivateContainerd(places);
        Claims claims = Claims.find(places.engine(), programs, progress);
        BuiltinImage pause =
                BuiltinImages.pause(build("pause"), Version.text().replaceAll("[^\\w.-]", "-"));

        progress.accept("starting containerd");
        new CniConfig(places.network(), pods, places.cni().resolve("leases"))
                .writeInto(places.cni().resolve("net.d"));
        ContainerdSettings containerd =
                mine.settings(
                        programs.containerd(),
                        programs.cniPlugins(),
                        pause.name(),
                        claims.handlers.stream()
                                .map(each -> mine.handler(each.name(), claims.called(each)))
                                .toList());
        mine.keep(containerd);
        ContainerdProcess process = new ContainerdProcess(containerd);
        process.start();
        ContainerdClient client = new ContainerdClient(containerd.socket());

        progress.accept("storing the built-in images");
        ImageStore images =
                new ImageStore(
                        client.cri(), client.content(), ImageStore.Settings.in(places.images()));
        BuiltinImage busybox = programs.busybox();
        images.ensure(pause);
        images.ensure(busybox);
        SandboxRunner.Settings probes =
                new SandboxRunner.Settings(
                        "/glovebox/" + node + "/probe",
                        places.probeLogs(),
                        busybox.name(),
                        PATIENCE);
        return new NodeRuntime(
                process,
                client,
                images,
                new ProvenHandlers(claims.handlers, claims.absent),
                busybox.name(),
                probes,
                places.evidence());
    }

    /// Has a probe pod run under every handler of which there is no evidence that still holds.
    void prove(Clock clock) throws InterruptedException, IOException {
        Cgroups cgroups = new Cgroups(Path.of("/sys/fs/cgroup"));
        SandboxRunner runner = new SandboxRunner(client.cri(), cgroups, probes);
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
        return handlers.handler(Names.GVISOR_HANDLER)
                .map(gvisor ->
                        new RunscLoopback(
                                gvisor.programs().getLast(),
                                places.runtimeRoot(gvisor.name()).resolve("k8s.io"),
                                places.run()))
                .map(NodeRuntime::inside)
                .orElse(Loopbacks.NONE);
    }

    private static Loopbacks inside(RunscLoopback runsc) {
        return sandbox ->
                runsc.has(sandbox)
                        ? Optional.of(port -> runsc.dial(sandbox, port))
                        : Optional.empty();
    }

    /// A program that the build made.
    private static Path build(String program) {
        String home = System.getProperty("glovebox.home");
        if (home == null) {
            throw new EngineException(
                    "not started by ./glovebox: the property glovebox.home is missing");
        }
        Path file = Path.of(home, "native", program);
        if (!Files.isExecutable(file)) {
            throw new EngineException(file + " is missing; build again: ./glovebox version");
        }
        return file;
    }

    /// The handlers as they are configured, before anybody has seen them work.
    private static final class Claims {
        private final List<Handler> handlers = new ArrayList<>();
        private final Map<String, HandlerState.Absent> absent = new LinkedHashMap<>();

        static Claims find(Places places, MachinePrograms programs, Consumer<String> progress)
                throws IOException {
            Claims claims = new Claims();
            Path runc = programs.runc();
            claims.handlers.add(
                    new Handler(Names.RUNC, Handler.Kernel.SHARED, List.of(runc), firstLine(runc)));
            progress.accept("looking for gVisor");
            RunscSearch search =
                    new RunscSearch(programs.path(), programs::runsc, new RunscProgram(QUICK));
            switch (search.find()) {
                case RunscSearch.Found found -> {
                    RunscHandler.Installed runsc =
                            new RunscHandler(
                                            places.runtimes().resolve(Names.GVISOR_HANDLER),
                                            build("runsc-launcher"))
                                    .install(found);
                    claims.handlers.add(
                            new Handler(
                                    Names.GVISOR_HANDLER,
                                    Handler.Kernel.GVISOR,
                                    List.of(runsc.launcher(), runsc.runsc()),
                                    "runsc version " + runsc.version().text()));
                }
                case RunscSearch.Missing(String why, String cure) ->
                        claims.absent.put(Names.GVISOR_HANDLER, new HandlerState.Absent(why, cure));
            }
            return claims;
        }

        /// What containerd's shim calls of a handler.
        Path called(Handler handler) {
            return handler.programs().getFirst();
        }

        private static String firstLine(Path runtime) throws IOException {
            return new ShortCommand(QUICK)
                    .run(List.of(runtime.toString(), "--version"))
                    .output()
                    .lines()
                    .findFirst()
                    .orElse("");
        }
    }
}
