package dev.glovebox.engine;

import dev.glovebox.control.ControlClient;
import dev.glovebox.control.ControlException;
import dev.glovebox.control.Request;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `runtimes list`: what the running engine has seen of its runtimes, or else what is on this
/// machine.
@Command(
        name = "list",
        description = "Lists the runtimes with what was seen of each.",
        mixinStandardHelpOptions = true)
final class ListCommand implements Callable<Integer> {
    @Spec private CommandSpec command = CommandSpec.create();

    @Option(names = "--json", description = "As a JSON array.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        return list(RuntimesCommand.above(command).engine(), json, command);
    }

    /// Writes the list.
    static int list(Places places, boolean json, CommandSpec command) throws IOException {
        EngineLog.toConsole();
        PrintWriter out = command.commandLine().getOut();
        Optional<ControlClient> engine = connect(places.paths().controlSocket());
        if (engine.isEmpty()) {
            out.print(RuntimesReport.of(MachineRuntimes.look(places)).text(json));
            out.flush();
            return 0;
        }
        try (ControlClient client = engine.get()) {
            ByteArrayOutputStream said = new ByteArrayOutputStream();
            ByteArrayOutputStream refused = new ByteArrayOutputStream();
            int code = client.converse(new Request.Runtimes(json), said, refused, line -> {});
            out.print(said.toString(StandardCharsets.UTF_8));
            out.flush();
            command.commandLine().getErr().print(refused.toString(StandardCharsets.UTF_8));
            command.commandLine().getErr().flush();
            return code;
        } catch (ControlException e) {
            throw new EngineException(String.valueOf(e.getMessage()), e);
        }
    }

    /// The engine that runs; empty where none does.
    private static Optional<ControlClient> connect(Path socket) throws IOException {
        try {
            return Optional.of(ControlClient.connect(socket));
        } catch (SocketException e) {
            if (Files.exists(socket) && !Files.isWritable(socket)) {
                throw new EngineException(
                        "only root and the group glovebox may talk to the engine; use sudo", e);
            }
            return Optional.empty();
        }
    }
}
