package dev.glovebox.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;

/// The `glovebox` command. It parses words, talks to the engine over its socket, and ends with an
/// exit code; the engine does all else.
@Command(
        name = "glovebox",
        description = "Runs containers that nobody trusts.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            RunCommand.class,
            CheckCommand.class,
            UpCommand.class,
            DownCommand.class,
            StatusCommand.class,
            InspectCommand.class,
            ImageCommand.class,
            KubeconfigCommand.class,
            LogsCommand.class,
            BackupCommand.class,
            Main.Restore.class,
            VersionCommand.class,
            Main.Setup.class,
            Main.Serve.class,
            Main.Runtimes.class,
            Main.SystemdUnit.class,
            Main.Doctor.class
        })
public final class Main {
    /// Exit code for words that are not understood.
    static final int USAGE = 2;

    /// Exit code of `run` where it is not the container's own: nothing ran.
    static final int NOT_RUN = 125;

    private Main() {}

    /// Runs the command and ends the process with its exit code.
    public static void main(String[] words) {
        var code = commandLine().execute(words);
        System.out.flush();
        System.err.flush();
        Runtime.getRuntime().halt(code);
    }

    static CommandLine commandLine() {
        var line = new CommandLine(new Main());
        line.setParameterExceptionHandler(Main::misunderstood);
        line.setExecutionExceptionHandler(Main::failed);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        // As kubectl and docker have it: the last one wins.
        line.setOverwrittenOptionsAllowed(true);
        java.util.Objects.requireNonNull(line.getSubcommands().get("run"))
                .setStopAtPositional(true);
        return line;
    }

    private static int misunderstood(ParameterException e, String[] words) {
        var command = e.getCommandLine();
        say(
                command.getErr(),
                e.getMessage() + "; see " + command.getCommandSpec().qualifiedName() + " --help");
        return command.getCommand() instanceof RunCommand ? NOT_RUN : USAGE;
    }

    private static int failed(Exception e, CommandLine command, CommandLine.ParseResult words)
            throws Exception {
        if (e instanceof CliException known) {
            say(command.getErr(), known.getMessage());
            return command.getCommand() instanceof RunCommand ? NOT_RUN : 1;
        }
        throw e;
    }

    private static void say(PrintWriter err, String message) {
        err.println("glovebox: " + message.strip().replaceAll("\\s*\\R\\s*", "; "));
        err.flush();
    }

    /// What `./glovebox` does itself, before there is a Java to do it; here for the list of
    /// commands.
    abstract static class OfTheLauncher implements Callable<Integer> {
        @Override
        public Integer call() {
            throw new CliException("this is the launcher's work; run it as ./glovebox");
        }
    }

    /// `glovebox setup`.
    @Command(name = "setup", description = "Installs what is missing on this machine, and builds.")
    static final class Setup extends OfTheLauncher {}

    /// `glovebox serve`.
    @Command(name = "serve", description = "Runs the engine in the foreground.")
    static final class Serve extends OfTheLauncher {}

    /// `glovebox restore`.
    @Command(
            name = "restore",
            description = "Puts a backup in the place of the objects of a stopped engine.")
    static final class Restore extends OfTheLauncher {}

    /// `glovebox runtimes`.
    @Command(name = "runtimes", description = "Installs, configures and measures OCI runtimes.")
    static final class Runtimes extends OfTheLauncher {}

    /// `glovebox unit`.
    @Command(name = "unit", description = "Prints a systemd unit.")
    static final class SystemdUnit extends OfTheLauncher {}

    /// `glovebox doctor`.
    @Command(
            name = "doctor",
            description = "Says what is missing on this machine, and how to mend it.")
    static final class Doctor extends OfTheLauncher {}

    /// The version that was built.
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() throws IOException {
            var properties = new Properties();
            try (InputStream in = Main.class.getResourceAsStream("version.properties")) {
                properties.load(in);
            }
            return new String[] {"glovebox " + properties.getProperty("version")};
        }
    }
}
