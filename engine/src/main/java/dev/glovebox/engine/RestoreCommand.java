package dev.glovebox.engine;

import dev.glovebox.control.EnginePaths;
import dev.glovebox.store.sqlite.SqliteBackup;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `restore`: puts a backup in the place of a stopped engine's objects.
@Command(
        name = "restore",
        description = "Puts a backup in the place of the objects of an engine that is stopped.",
        mixinStandardHelpOptions = true)
final class RestoreCommand implements Callable<Integer> {
    @Spec private CommandSpec command = CommandSpec.create();

    @Option(names = "--data-dir", paramLabel = "DIRECTORY", description = "(/var/lib/glovebox)")
    private Path dataDirectory = EnginePaths.DEFAULT_DATA;

    @Parameters(paramLabel = "FILE", description = "What `glovebox backup` wrote.")
    private Path file = Path.of("");

    @Override
    public Integer call() throws IOException {
        EngineLog.toConsole();
        EnginePaths paths = EnginePaths.of(dataDirectory);
        Foreground.makeDataDirectory(paths);
        try (EngineLock _ = EngineLock.take(paths.lock())) {
            SqliteBackup.Restored restored =
                    SqliteBackup.restore(file.toAbsolutePath(), new Places(paths).store());
            PrintWriter out = command.commandLine().getOut();
            out.println("Restored %d objects.".formatted(restored.objects()));
            restored.replaced()
                    .ifPresent(before -> out.println("What was there before lies in " + before));
            out.flush();
        }
        return 0;
    }
}
