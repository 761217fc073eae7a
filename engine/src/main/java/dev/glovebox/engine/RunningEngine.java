package dev.glovebox.engine;

import dev.glovebox.control.ControlClient;
import dev.glovebox.control.ControlException;
import dev.glovebox.control.Request;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;

/// The engine that may run on a data directory, for commands that are not of the command line's own
/// process.
///
/// @param command whose streams get what the engine says
record RunningEngine(Places places, CommandSpec command) {
    /// Whether one runs.
    ///
    /// @throws EngineException where this user may not ask it
    boolean runs() throws IOException {
        Optional<ControlClient> client = connect();
        if (client.isPresent()) {
            client.get().close();
        }
        return client.isPresent();
    }

    /// Asks it, and passes on what it says.
    ///
    /// @return its exit code
    /// @throws EngineException where none runs
    int ask(Request request) throws IOException {
        Optional<ControlClient> engine = connect();
        if (engine.isEmpty()) {
            throw new EngineException(
                    "the engine is not running; start it with: sudo ./glovebox up");
        }
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        ByteArrayOutputStream refused = new ByteArrayOutputStream();
        Sayer say = new Sayer(command);
        try (ControlClient client = engine.get()) {
            int code = client.converse(request, said, refused, say::progress);
            command.commandLine().getOut().print(said.toString(StandardCharsets.UTF_8));
            command.commandLine().getOut().flush();
            command.commandLine().getErr().print(refused.toString(StandardCharsets.UTF_8));
            command.commandLine().getErr().flush();
            return code;
        } catch (ControlException e) {
            throw new EngineException(String.valueOf(e.getMessage()), e);
        }
    }

    private Optional<ControlClient> connect() throws IOException {
        Path socket = places.paths().controlSocket();
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
