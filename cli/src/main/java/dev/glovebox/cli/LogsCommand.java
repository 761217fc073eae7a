package dev.glovebox.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `glovebox logs`.
@Command(name = "logs", description = "Shows the engine's log.", mixinStandardHelpOptions = true)
final class LogsCommand implements Callable<Integer> {
    @Mixin private EngineOption engine = new EngineOption();

    @Option(
            names = {"-f", "--follow"},
            description = "Go on showing what is added.")
    private boolean follow;

    @Option(names = "--tail", paramLabel = "LINES", description = "Only the last lines (all).")
    private int tail = -1;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var file = engine.paths().engineLog();
        if (!Files.isReadable(file)) {
            EngineLink.requireRoot("logs");
            throw new CliException("there is no " + file + " yet");
        }
        var line = new ArrayList<>(List.of("tail", "-n", tail < 0 ? "+1" : Integer.toString(tail)));
        if (follow) {
            line.add("-F");
        }
        line.add(file.toString());
        return new ProcessBuilder(line).inheritIO().start().waitFor();
    }
}
