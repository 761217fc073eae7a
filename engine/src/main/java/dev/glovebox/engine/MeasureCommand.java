package dev.glovebox.engine;

import dev.glovebox.control.Request;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `runtimes measure`.
@Command(
        name = "measure",
        description =
                "Measures what runtimes take for each pod, by sandboxes of its own, and writes it into"
                        + " their RuntimeClasses where users have not; needs a running engine.",
        mixinStandardHelpOptions = true)
final class MeasureCommand implements Callable<Integer> {
    @Spec private CommandSpec command = CommandSpec.create();
    @Mixin private RuntimeChoice choice = new RuntimeChoice();

    @Option(
            names = "--sandboxes",
            paramLabel = "NUMBER",
            description = "How many are measured of each runtime, one after another (3).")
    private int sandboxes = Measurement.SANDBOXES;

    @Override
    public Integer call() throws IOException {
        EngineLog.toConsole();
        return new RunningEngine(RuntimesCommand.above(command).engine(), command)
                .ask(new Request.RuntimeMeasure(choice.runtime(), sandboxes, choice.json()));
    }
}
