package dev.glovebox.engine;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `runtimes`: the OCI runtimes of this machine. Each part is a command of its own, which needs no
/// running engine unless it says so.
@Command(
        name = "runtimes",
        description = "Installs, configures and measures the OCI runtimes of this machine.",
        mixinStandardHelpOptions = true,
        subcommands = {ConfigureCommand.class})
final class RuntimesCommand implements Runnable {
    @Spec private CommandSpec command = CommandSpec.create();

    @Override
    public void run() {
        throw new CommandLine.ParameterException(command.commandLine(), "runtimes: say what");
    }
}
