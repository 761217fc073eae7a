package dev.glovebox.cli;

import dev.glovebox.control.ControlClient;
import dev.glovebox.control.ControlException;
import dev.glovebox.control.Request;
import dev.glovebox.control.RunSpec;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `glovebox run`.
@Command(
        name = "run",
        description = {
            "Runs a command in a pod of its own, under gVisor unless told otherwise, and ends with its exit code.",
            "Other exit codes: 125 nothing ran, 124 the time was up, 137 killed, for memory too (said on stderr)."
        },
        mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    @Mixin private EngineOption engine = new EngineOption();
    @Mixin private PodOptions pod = new PodOptions();

    @SuppressWarnings("UnusedVariable") // the launcher reads it
    @Option(names = "--yes", description = "Install what is missing without asking.")
    private boolean yes;

    @Option(
            names = "--image",
            paramLabel = "IMAGE",
            description = "What to run it from (a built-in busybox).")
    private String image = "";

    @Option(
            names = "--isolation",
            paramLabel = "KIND",
            description =
                    "auto, gvisor, kata: a virtual machine, or runc: the machine's own kernel, by your"
                            + " own choice (auto).")
    private RunSpec.Isolation isolation = RunSpec.Isolation.AUTO;

    @Option(
            names = "--network",
            paramLabel = "REACH",
            description = "none, or internet: public addresses (none).")
    private RunSpec.Network network = RunSpec.Network.NONE;

    @Option(
            names = {"-i", "--interactive"},
            description = "Pass standard input on.")
    private boolean input;

    @Option(
            names = {"-t", "--tty"},
            description = "Give it a terminal.")
    private boolean terminal;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            description = "End it after a time, like 30s; then exit 124.")
    private String timeout = "";

    @Option(names = "--rm", description = "Remove the pod at its end (the default).")
    private boolean remove;

    @Option(names = "--keep", description = "Keep the pod at its end, for kubectl to look into.")
    private boolean keep;

    @Option(names = "--name", paramLabel = "NAME", description = "The pod's name.")
    private String name = "";

    @Option(
            names = "--json",
            description = "Print how it went as one JSON object, and nothing else.")
    private boolean json;

    @Parameters(
            paramLabel = "COMMAND",
            arity = "0..*",
            description = "Program and arguments, after --.")
    private List<String> command = new ArrayList<>();

    @Override
    public Integer call() {
        var size = terminal ? terminalSize() : new Terminal.Size(0, 0);
        var spec = spec(size);
        var paths = engine.paths();
        var link = new EngineLink(paths);
        var start = new EngineStart(paths, Progress.full());
        if (!start.ready()) {
            start.start(List.of());
        }
        var progress = Progress.quiet();
        try (var client = link.connect()) {
            return terminal ? converseRaw(client, spec, size) : converse(client, spec, progress);
        } catch (IOException | ControlException e) {
            throw new CliException(String.valueOf(e.getMessage()), e);
        } finally {
            progress.clear();
        }
    }

    private int converse(ControlClient client, RunSpec spec, Progress progress) throws IOException {
        client.start(new Request.Run(spec));
        if (input) {
            Input.pump(new FileInputStream(FileDescriptor.in), client);
        } else {
            client.inputEnd();
        }
        return client.finish(Streams.out(), Streams.err(), progress::show);
    }

    /// With the terminal raw: what is typed goes to the container's own terminal, Ctrl-C too.
    private int converseRaw(ControlClient client, RunSpec spec, Terminal.Size size)
            throws IOException {
        try (var raw = Terminal.raw()) {
            client.start(new Request.Run(spec));
            if (input) {
                Input.pump(new FileInputStream(FileDescriptor.in), client);
            }
            raw.onResize(size, client::resize);
            return client.finish(Streams.out(), Streams.err(), line -> {});
        }
    }

    private RunSpec spec(Terminal.Size size) {
        PodOptions.require(
                name.isEmpty() || NAME.matcher(name).matches(),
                "--name wants lower-case letters, digits and hyphens, at most 63, not",
                name);
        if (keep && remove) {
            throw new CliException("--rm and --keep exclude each other");
        }
        return new RunSpec(
                image,
                command,
                isolation,
                network,
                input,
                terminal,
                size.columns(),
                size.rows(),
                pod.variables(),
                pod.cpus(),
                pod.memory(),
                pod.pids(),
                PodOptions.time("--timeout", timeout),
                keep,
                name,
                json);
    }

    private static Terminal.Size terminalSize() {
        if (!Streams.terminal(Streams.IN) || !Streams.terminal(Streams.OUT)) {
            throw new CliException("-t wants a terminal on standard input and output");
        }
        return Terminal.size();
    }
}
