package dev.glovebox.engine;

import dev.glovebox.control.Request;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `runtimes list`: what the running engine has seen of its runtimes, or else what is on this
/// machine.
@Command(
        name = "list",
        description = "Lists the runtimes with what was seen of each.",
        mixinStandardHelpOptions = true)
final class ListCommand implements Callable<Integer> {
    @Spec private CommandSpec command = CommandSpec.create();

    @Option(names = "--json", description = "As a JSON array.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        return list(RuntimesCommand.above(command).engine(), json, command);
    }

    /// Writes the list.
    static int list(Places places, boolean json, CommandSpec command) throws IOException {
        EngineLog.toConsole();
        RunningEngine engine = new RunningEngine(places, command);
        if (engine.runs()) {
            return engine.ask(new Request.Runtimes(json));
        }
        PrintWriter out = command.commandLine().getOut();
        out.print(RuntimesReport.of(MachineRuntimes.look(places)).text(json));
        out.flush();
        return 0;
    }
}
