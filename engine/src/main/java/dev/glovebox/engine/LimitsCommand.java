package dev.glovebox.engine;

import dev.glovebox.control.Request;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `runtimes limits`.
@Command(
        name = "limits",
        description =
                "Sees on this machine what happens at each limit under each runtime, by sandboxes of"
                        + " its own; needs a running engine.",
        mixinStandardHelpOptions = true)
final class LimitsCommand implements Callable<Integer> {
    @Spec private CommandSpec command = CommandSpec.create();

    @Option(
            names = "--runtime",
            paramLabel = "RUNTIME",
            description = "This one alone, by name or handler.")
    private String runtime = "";

    @Option(names = "--json", description = "As a JSON array.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        EngineLog.toConsole();
        return new RunningEngine(RuntimesCommand.above(command).engine(), command)
                .ask(new Request.RuntimeLimits(runtime, json));
    }
}
