package dev.glovebox.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `glovebox up`.
@Command(
        name = "up",
        description = "Starts the engine in the background, and waits until its nodes are ready.",
        mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {
    /// How far pods are trusted in namespaces that do not say.
    enum Trust {
        TRUSTED,
        UNTRUSTED
    }

    @Mixin private EngineOption engine = new EngineOption();

    @SuppressWarnings("UnusedVariable") // the launcher reads it
    @Option(names = "--yes", description = "Install what is missing without asking.")
    private boolean yes;

    @Option(
            names = "--default-trust",
            paramLabel = "TRUST",
            description = "In namespaces that do not say: trusted or untrusted (untrusted).")
    private @Nullable Trust trust;

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS",
            description =
                    "Where the Kubernetes API listens (127.0.0.1:6443; port 0 takes a free one).")
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
            description =
                    "How much of each API request goes to audit.log: None, Metadata or Request (None).")
    private String audit = "";

    @Option(
            names = "--admission-control-config-file",
            paramLabel = "FILE",
            description =
                    "An AdmissionConfiguration with defaults and exemptions of PodSecurity, read at each start.")
    private @Nullable Path admission;

    @Option(
            names = "--node",
            negatable = true,
            description =
                    "Start a node too (the default), or the control plane alone: kubelets may join.")
    private @Nullable Boolean node;

    @Option(
            names = "--nodes",
            paramLabel = "NUMBER",
            description =
                    "How many nodes run pods on this machine (1): master, worker1, worker2 and so on. Later more, but not fewer.")
    private String nodes = "";

    @Option(
            names = "--runtimes",
            paramLabel = "NODE=RUNTIME[,RUNTIME]",
            description =
                    "Runtimes of a node, runc and gvisor, once for each node; nodes that are not named have runc alone (all of them what the machine has). An empty value takes back what was said before.")
    private List<String> runtimes = new ArrayList<>();

    @Option(
            names = "--default-handler",
            paramLabel = "HANDLER",
            description = "What pods without a RuntimeClass run under: runc or runsc (runc).")
    private String defaultHandler = "";

    @Option(
            names = "--handler",
            paramLabel = "NAME=HANDLER",
            description =
                    "A further name for runc or runsc that RuntimeClasses can have as their handler; may be said again. An empty value takes all of them back.")
    private List<String> handlers = new ArrayList<>();

    @Option(
            names = "--measure-after",
            paramLabel = "TIME",
            description =
                    "How long after its start it measures what runtimes take for each pod, where it has not yet, for RuntimeClasses' overhead (30s); never: only `runtimes measure` does.")
    private String measureAfter = "";

    @Option(
            names = "--cni-config",
            paramLabel = "FILE",
            description =
                    "A CNI configuration, or a directory with one, for the pods' network in place of the engine's own; --pod-cidr says its addresses.")
    private @Nullable Path cniConfig;

    @Option(
            names = "--cni-bin",
            paramLabel = "DIRECTORY",
            description = "Where the plugins of --cni-config are (the machine's).")
    private @Nullable Path cniBin;

    @Override
    public Integer call() {
        var paths = engine.paths();
        EngineLink.requireRoot("up");
        var start = new EngineStart(paths, Progress.full());
        requireNodes(start.nodes());
        var flags = flags();
        var already = start.ready();
        if (!already) {
            start.start(flags);
        } else if (!flags.isEmpty()) {
            System.err.println(
                    "glovebox: a running engine keeps its settings; for %s stop it first: sudo ./glovebox down"
                            .formatted(String.join(" ", flags)));
        }
        System.out.println(
                already ? "The engine is running already." : "The engine is running and ready.");
        System.out.println();
        System.out.println("  export KUBECONFIG=" + paths.kubeconfig());
        System.out.println("  kubectl get nodes");
        return 0;
    }

    /// What was said, for `serve`; what was not said stays as it was at the last start.
    private List<String> flags() {
        var flags = new ArrayList<String>();
        if (trust != null) {
            add(flags, "--default-trust", trust == Trust.TRUSTED ? "trusted" : "untrusted");
        }
        add(flags, "--listen", listen);
        add(flags, "--node-name", nodeName);
        add(flags, "--pod-cidr", podCidr);
        add(flags, "--nodes", nodes);
        runtimes.forEach(each -> flags.addAll(List.of("--runtimes", each)));
        add(flags, "--default-handler", defaultHandler);
        handlers.forEach(each -> flags.addAll(List.of("--handler", each)));
        add(flags, "--measure-after", measureAfter);
        add(flags, "--audit-level", audit);
        if (admission != null) {
            add(
                    flags,
                    "--admission-control-config-file",
                    admission.toAbsolutePath().normalize().toString());
        }
        if (cniConfig != null) {
            add(flags, "--cni-config", cniConfig.toAbsolutePath().normalize().toString());
        }
        if (cniBin != null) {
            add(flags, "--cni-bin", cniBin.toAbsolutePath().normalize().toString());
        }
        if (node != null) {
            flags.add(node ? "--node" : "--no-node");
        }
        return flags;
    }

    /// An engine that runs has the nodes that it has, and nothing is to be said where those are the
    /// ones that are wanted.
    private void requireNodes(OptionalInt running) {
        if (running.isEmpty() || nodes.isEmpty()) {
            return;
        }
        if (!nodes.equals(Integer.toString(running.getAsInt()))) {
            throw new CliException(
                    "the running engine has %s, not %s; stop it first (pods go on running): sudo ./glovebox down"
                            .formatted(nodes(running.getAsInt()), nodes));
        }
        nodes = "";
    }

    private static String nodes(int count) {
        return switch (count) {
            case 0 -> "no node";
            case 1 -> "1 node";
            default -> count + " nodes";
        };
    }

    private static void add(List<String> flags, String name, String value) {
        if (!value.isEmpty()) {
            flags.add(name);
            flags.add(value);
        }
    }
}
