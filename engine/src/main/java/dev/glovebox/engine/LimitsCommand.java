package dev.glovebox.engine;

import dev.glovebox.control.Request;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
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

    @Mixin private RuntimeChoice choice = new RuntimeChoice();

    @Override
    public Integer call() throws IOException {
        EngineLog.toConsole();
        return new RunningEngine(RuntimesCommand.above(command).engine(), command)
                .ask(new Request.RuntimeLimits(choice.runtime(), choice.json()));
    }
}
