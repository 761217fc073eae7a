package dev.glovebox.engine;

import dev.glovebox.control.EnginePaths;
import dev.glovebox.network.Ipv6Support;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `serve`: the engine in the foreground, until SIGTERM, SIGINT or `down`.
@Command(
        name = "serve",
        description = "Runs the engine in the foreground.",
        mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {
    @Option(names = "--data-dir", paramLabel = "DIRECTORY", description = "(/var/lib/glovebox)")
    private Path dataDirectory = EnginePaths.DEFAULT_DATA;

    @Option(
            names = "--default-trust",
            paramLabel = "TRUST",
            description = "In namespaces that do not say: trusted or untrusted (untrusted).")
    private String trust = "";

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS",
            description = "Where the Kubernetes API listens (127.0.0.1:6443).")
    private String listen = "";

    @Option(
            names = "--node-name",
            paramLabel = "NAME",
            description = "The first node's name (master).")
    private String nodeName = "";

    @Option(
            names = "--pod-cidr",
            paramLabel = "CIDR[,CIDR]",
            description =
                    "The pods' addresses, IPv4 or IPv6 (10.244.0.0/16); RANGE,RANGE for both, the usual first.")
    private String podCidr = "";

    @Option(
            names = "--audit-level",
            paramLabel = "LEVEL",
            description = "How much of each request is recorded: None, Metadata or Request (None).")
    private String audit = "";

    @Option(
            names = "--admission-control-config-file",
            paramLabel = "FILE",
            description = "An AdmissionConfiguration with defaults and exemptions of PodSecurity.")
    private String admission = "";

    @Option(
            names = "--node",
            negatable = true,
            description = "Run pods too (the default), or the control plane alone.")
    private @Nullable Boolean node;

    @Option(
            names = "--nodes",
            paramLabel = "NUMBER",
            description = "How many nodes run pods on this machine (1).")
    private String nodes = "";

    @Option(
            names = "--runtimes",
            paramLabel = "NODE=RUNTIME[,RUNTIME]",
            description =
                    "Runtimes of a node, runc and gvisor; nodes that are not named have runc alone (all of them what the machine has).")
    private List<String> runtimes = new ArrayList<>();

    @Option(
            names = "--default-handler",
            paramLabel = "HANDLER",
            description = "Of pods without a RuntimeClass (runc).")
    private String defaultHandler = "";

    @Option(
            names = "--handler",
            paramLabel = "NAME=HANDLER",
            description = "A further name for runc or runsc, for RuntimeClasses.")
    private List<String> handlers = new ArrayList<>();

    @Option(
            names = "--measure-after",
            paramLabel = "TIME",
            description = "When it measures runtimes that it has not measured (30s).")
    private String measureAfter = "";

    @Mixin private CniOptions cni = new CniOptions();

    @Override
    public Integer call() throws IOException, InterruptedException {
        EnginePaths paths = EnginePaths.of(dataDirectory);
        Places places = new Places(paths);
        new Foreground(paths, "engine").run(() -> run(paths, places));
        return 0;
    }

    private void run(EnginePaths paths, Places places) throws IOException, InterruptedException {
        EngineLog.auditTo(places.auditLog());
        SettingsFile file = new SettingsFile(places.settings());
        Optional<EngineSettings> kept = file.read();
        requireNoAgent(kept);
        EngineSettings settings = flags().over(kept);
        // What cannot be understood is not kept either.
        var _ = settings.podSecurity();
        var _ = MachineNetwork.serviceRanges(settings.pods());
        settings.requireKernel(new Ipv6Support());
        settings.requireNetwork(places);
        file.write(settings);
        Foreground.serve(new Engine(paths, settings, Clock.systemUTC()));
    }

    private void requireNoAgent(Optional<EngineSettings> kept) {
        kept.filter(each -> each.extent() == Extent.AGENT)
                .ifPresent(_ -> {
                    throw new EngineException(
                            "the data directory %s is an agent's; choose another --data-dir"
                                    .formatted(dataDirectory));
                });
    }

    private ServeFlags flags() {
        Optional<Extent> extent =
                Optional.ofNullable(node).map(each -> each ? Extent.WHOLE : Extent.CONTROL_PLANE);
        return new ServeFlags(
                dataDirectory,
                trust,
                listen,
                nodeName,
                podCidr,
                new NodeFlags(
                        extent,
                        nodes,
                        runtimes,
                        defaultHandler,
                        handlers,
                        cni.said(),
                        measureAfter),
                audit,
                admission);
    }
}
