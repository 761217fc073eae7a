package dev.glovebox.engine;

import dev.glovebox.control.EnginePaths;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/// `runtimes`: the OCI runtimes of this machine. Each part is a command of its own, which needs no
/// running engine unless it says so; without one of them, they are listed.
@Command(
        name = "runtimes",
        description = "Lists, installs and configures the OCI runtimes of this machine.",
        mixinStandardHelpOptions = true,
        subcommands = {
            ListCommand.class,
            LimitsCommand.class,
            MeasureCommand.class,
            InstallCommand.class,
            UpgradeCommand.class,
            RollbackCommand.class,
            AddCommand.class,
            RemoveCommand.class,
            ConfigureCommand.class
        })
final class RuntimesCommand implements Callable<Integer> {
    @Spec private CommandSpec command = CommandSpec.create();

    @Option(
            names = "--data-dir",
            paramLabel = "DIRECTORY",
            description = "The engine's data directory (/var/lib/glovebox).",
            scope = ScopeType.INHERIT)
    private Path dataDirectory = EnginePaths.DEFAULT_DATA;

    @Option(names = "--json", description = "As a JSON array.")
    private boolean json;

    /// The command above one of its parts.
    static RuntimesCommand above(CommandSpec part) {
        return (RuntimesCommand) part.parent().userObject();
    }

    /// Where the engine's things lie.
    Places engine() throws IOException {
        return new Places(EnginePaths.of(dataDirectory));
    }

    @Override
    public Integer call() throws IOException {
        return ListCommand.list(engine(), json, command);
    }
}
