package dev.glovebox.engine;

import dev.glovebox.runtimes.Setup.Lane;
import dev.glovebox.runtimes.foreign.ConfigurationRefused;
import dev.glovebox.runtimes.foreign.ConfigureRequest;
import dev.glovebox.runtimes.foreign.Configuring;
import dev.glovebox.runtimes.foreign.Draft;
import dev.glovebox.runtimes.foreign.Machine;
import dev.glovebox.runtimes.foreign.RestartCommand;
import dev.glovebox.runtimes.foreign.Undoing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `runtimes configure`: puts gVisor under a containerd that is not ours. Needs no engine. The diff
/// of a dry run goes to standard output, everything that is said of it to standard error.
@Command(
        name = "configure",
        description = {
            "Puts gVisor under a containerd that is not Glovebox's: adds a handler to its"
                    + " configuration, restarts it, and keeps the change only where a probe pod was"
                    + " seen to run behind gVisor.",
            "The command of --restart is split into words at blanks; quotes keep words together, and"
                    + " nothing else has a meaning: no shell runs it."
        },
        mixinStandardHelpOptions = true)
final class ConfigureCommand implements Callable<Integer> {
    private static final Path SOCKET = Path.of("/run/containerd/containerd.sock");
    private static final String RESTART = "systemctl restart containerd";
    private static final Path STATUS = Path.of("/proc/self/status");

    @Spec private CommandSpec command = CommandSpec.create();

    @Option(
            names = "--containerd",
            required = true,
            paramLabel = "FILE",
            description = "its configuration, or the template that k3s or rke2 makes it of")
    private Path file = Path.of("");

    @Option(
            names = "--handler",
            paramLabel = "NAME",
            description = "what containerd calls it (${DEFAULT-VALUE})")
    private String handler = "runsc";

    @Option(
            names = "--lane",
            paramLabel = "shim|launcher",
            description =
                    "gVisor's own shim, or Glovebox's launcher under runc's (the shim, where it can"
                            + " start)")
    private @Nullable String lane;

    @Option(
            names = "--replace",
            description = "replace a handler of that name that Glovebox did not write")
    private boolean replace;

    @Option(
            names = "--dry-run",
            description = "print what would change as a unified diff, and change nothing")
    private boolean dryRun;

    @Option(
            names = "--undo",
            description = "put the configuration back as it was before, and restart containerd")
    private boolean undo;

    @Option(
            names = "--address",
            paramLabel = "SOCKET",
            description = "where it listens (/run/containerd/containerd.sock)")
    private @Nullable Path address;

    @Option(
            names = "--containerd-binary",
            paramLabel = "FILE",
            description = "its program (that of the one that runs)")
    private @Nullable Path binary;

    @Option(
            names = "--restart",
            paramLabel = "COMMAND",
            description = "restarts it (" + RESTART + ")")
    private @Nullable String restart;

    @Option(
            names = "--prefix",
            paramLabel = "DIRECTORY",
            description = "where `install gvisor --system` put gVisor (${DEFAULT-VALUE})")
    private Path prefix = Path.of("/usr/local");

    @Override
    public Integer call() throws IOException, InterruptedException {
        EngineLog.toConsole();
        if (undo && (dryRun || replace || lane != null)) {
            throw new CommandLine.ParameterException(
                    command.commandLine(), "--undo goes with none of --dry-run, --replace, --lane");
        }
        MachinePrograms programs =
                MachinePrograms.ofThisMachine(RuntimesCommand.above(command).engine());
        if (undo) {
            new Undoing(prefix, this::say)
                    .undo(
                            file,
                            handler,
                            Optional.ofNullable(address),
                            Optional.ofNullable(restart).map(RestartCommand::parse));
        } else if (dryRun) {
            Draft draft = Draft.of(request(), programs.path());
            command.commandLine().getOut().print(draft.diff());
            command.commandLine().getOut().flush();
            draft.remarks().forEach(this::say);
        } else {
            new Configuring(
                            request(),
                            new Machine(programs.path(), STATUS, programs::busybox),
                            this::say)
                    .run();
        }
        return 0;
    }

    private ConfigureRequest request() {
        return new ConfigureRequest(
                file,
                handler,
                Optional.ofNullable(lane).map(ConfigureCommand::lane),
                replace,
                prefix,
                Optional.ofNullable(binary),
                Optional.ofNullable(address).orElse(SOCKET),
                RestartCommand.parse(Optional.ofNullable(restart).orElse(RESTART)).words());
    }

    private static Lane lane(String word) {
        return switch (word) {
            case "shim" -> Lane.SHIM;
            case "launcher" -> Lane.LAUNCHER;
            default ->
                    throw new ConfigurationRefused(
                            "--lane is shim or launcher, not \"" + word + "\"");
        };
    }

    private void say(String sentence) {
        command.commandLine().getErr().println("glovebox: " + Troubles.line(sentence));
        command.commandLine().getErr().flush();
    }
}
