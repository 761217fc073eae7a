package dev.glovebox.cli;

import dev.glovebox.control.CheckSpec;
import dev.glovebox.control.ControlException;
import dev.glovebox.control.Request;
import dev.glovebox.control.RunSpec;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Scanner;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `glovebox check`.
@Command(
        name = "check",
        description = {
            "Says whether an image runs under gVisor: runs it there, and under runc to compare, without a network.",
            "Under runc it is on this machine's own kernel, so that it is asked first; --yes agrees, --only gvisor leaves it out.",
            "Exit codes: 0 it runs (the same, where it was compared), 3 it runs but something differs, 4 it does not run under gVisor, 5 it failed and was not compared, 1 nothing can be said."
        },
        mixinStandardHelpOptions = true)
final class CheckCommand implements Callable<Integer> {
    @Mixin private EngineOption engine = new EngineOption();
    @Mixin private PodOptions pod = new PodOptions();

    @Option(
            names = {"-y", "--yes"},
            description = "Run it under runc too, without asking.")
    private boolean yes;

    @Option(
            names = "--only",
            paramLabel = "RUNTIME",
            description = "gvisor: run it there alone, and compare nothing.")
    private String only = "";

    @Option(
            names = {"-i", "--interactive"},
            description = "Give both runs what is on standard input, at most 1 MiB.")
    private boolean input;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            description = "Stop it after a time; what runs so long under both keeps running (30s).")
    private String timeout = "30s";

    @Option(
            names = "--ask",
            paramLabel = "LINE",
            description =
                    "A line for the image's sh, tried while it runs until it ends with 0; then it is stopped. What it writes is compared too.")
    private String question = "";

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Parameters(paramLabel = "IMAGE", arity = "1", index = "0", description = "What to check.")
    private String image = "";

    @Parameters(
            paramLabel = "COMMAND",
            arity = "0..*",
            index = "1..*",
            description = "Program and arguments, after --; else what the image says.")
    private List<String> command = new ArrayList<>();

    @Override
    public Integer call() {
        var time = PodOptions.time("--timeout", timeout);
        PodOptions.require(
                time.isPositive() && time.compareTo(Duration.ofHours(1)) <= 0,
                "--timeout wants a time from 1ms to 1h, not",
                timeout);
        PodOptions.require(
                only.isEmpty() || only.toLowerCase(Locale.ROOT).equals("gvisor"),
                "--only wants gvisor, not",
                only);
        var run =
                new RunSpec(
                        image,
                        command,
                        RunSpec.Isolation.GVISOR,
                        RunSpec.Network.NONE,
                        input,
                        false,
                        0,
                        0,
                        pod.variables(),
                        pod.cpus(),
                        pod.memory(),
                        pod.pids(),
                        time,
                        false,
                        "",
                        json);
        return ask(new Request.Check(new CheckSpec(run, sides(), question)));
    }

    private int ask(Request request) {
        var progress = Progress.quiet();
        try (var client = new EngineLink(engine.paths()).connect()) {
            client.start(request);
            if (input) {
                Input.pump(new FileInputStream(FileDescriptor.in), client);
            } else {
                client.inputEnd();
            }
            return client.finish(Streams.out(), Streams.err(), progress::show);
        } catch (IOException | ControlException e) {
            throw new CliException(String.valueOf(e.getMessage()), e);
        } finally {
            progress.clear();
        }
    }

    /// Under runc only who agrees has it run. Where nobody can be asked, nobody has agreed.
    private CheckSpec.Sides sides() {
        if (!only.isEmpty()) {
            return CheckSpec.Sides.GVISOR;
        }
        return yes || agreed() ? CheckSpec.Sides.BOTH : CheckSpec.Sides.GVISOR;
    }

    private boolean agreed() {
        if (input || !Streams.terminal(Streams.IN) || !Streams.terminal(Streams.ERR)) {
            System.err.println(
                    "glovebox: it is run under gVisor alone; --yes runs it under runc too, to compare");
            return false;
        }
        System.err.print(
                "To compare, "
                        + image.replaceAll("[^!-~]", "?")
                        + " runs under runc too, on this machine's own kernel, without a network. Agreed? [y/N] ");
        System.err.flush();
        var answer = new Scanner(System.in, StandardCharsets.UTF_8);
        return answer.hasNextLine()
                && answer.nextLine().strip().toLowerCase(Locale.ROOT).matches("y|yes");
    }
}
