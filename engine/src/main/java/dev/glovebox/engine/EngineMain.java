package dev.glovebox.engine;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The engine's process: `serve` runs it in the foreground, `agent` the agent of a node alone,
/// `purge` removes what it made, `restore` replaces its objects by a backup's, `runtimes` is about
/// what containers run under. The launcher starts it; people type `glovebox serve`, `glovebox down
/// --purge`, `glovebox restore` and `glovebox runtimes`.
@Command(
        name = "glovebox",
        subcommands = {
            ServeCommand.class,
            AgentCommand.class,
            PurgeCommand.class,
            RestoreCommand.class,
            RuntimesCommand.class
        },
        description = "Glovebox's engine.")
public final class EngineMain {
    private EngineMain() {}

    /// Runs until the engine is told to stop. Ends with 0, after a signal as a JVM does (143 for
    /// SIGTERM), or with 1 and one line on standard error that begins with `glovebox: `.
    public static void main(String[] words) {
        CommandLine line = new CommandLine(new EngineMain());
        line.setOverwrittenOptionsAllowed(true);
        line.setParameterExceptionHandler((e, given) -> {
            say(String.valueOf(e.getMessage()));
            return 2;
        });
        line.setExecutionExceptionHandler((e, command, given) -> {
            say(Troubles.sentence(e));
            return 1;
        });
        System.exit(run(line, words));
    }

    private static int run(CommandLine line, String[] words) {
        try {
            return line.execute(words);
        } catch (Error e) {
            say("the engine failed: " + Troubles.sentence(e));
            return 1;
        }
    }

    private static void say(String sentence) {
        System.err.println("glovebox: " + sentence);
        System.err.flush();
    }
}
