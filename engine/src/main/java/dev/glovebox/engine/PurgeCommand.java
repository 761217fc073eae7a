package dev.glovebox.engine;

import dev.glovebox.control.EnginePaths;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `purge`: stops an engine and removes everything that it made.
@Command(
        name = "purge",
        description = "Removes every pod, network, mount and file of an engine.",
        mixinStandardHelpOptions = true)
final class PurgeCommand implements Callable<Integer> {
    @Option(names = "--data-dir", paramLabel = "DIRECTORY", description = "(/var/lib/glovebox)")
    private Path dataDirectory = EnginePaths.DEFAULT_DATA;

    @Override
    public Integer call() throws IOException, InterruptedException {
        EngineLog.toConsole();
        new Purge(new Places(EnginePaths.of(dataDirectory))).run();
        return 0;
    }
}
