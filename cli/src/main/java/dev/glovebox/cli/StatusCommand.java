package dev.glovebox.cli;

import dev.glovebox.control.Request;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `glovebox status`.
@Command(
        name = "status",
        description = "Shows the engine, its node, runtimes and pods.",
        mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
    @Mixin private EngineOption engine = new EngineOption();

    @Option(names = "--json", description = "As one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        return new EngineLink(engine.paths()).ask(new Request.Status(json));
    }
}
