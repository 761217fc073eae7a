package dev.glovebox.cli;

import dev.glovebox.control.ControlClient;
import dev.glovebox.control.ControlException;
import dev.glovebox.control.EnginePaths;
import dev.glovebox.control.Request;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// How the command line reaches one engine.
record EngineLink(EnginePaths paths) {
    /// What a status request says as JSON; empty where no engine listens.
    ///
    /// @throws CliException where this user may not ask
    Optional<String> status() {
        try (var client = ControlClient.connect(paths.controlSocket())) {
            var out = new ByteArrayOutputStream();
            client.converse(
                    new Request.Status(true), out, OutputStream.nullOutputStream(), line -> {});
            return Optional.of(out.toString(StandardCharsets.UTF_8));
        } catch (IOException | ControlException e) {
            requireAccess(e);
            return Optional.empty();
        }
    }

    /// Connects to the engine that runs.
    ///
    /// @throws CliException where none does, or this user may not
    ControlClient connect() {
        try {
            return ControlClient.connect(paths.controlSocket());
        } catch (IOException e) {
            requireAccess(e);
            throw new CliException(
                    "the engine is not running; start it with: sudo ./glovebox up", e);
        }
    }

    /// Sends one request and passes everything on to the process's own streams.
    int ask(Request request) {
        var progress = Progress.quiet();
        try (var client = connect()) {
            return client.converse(request, Streams.out(), Streams.err(), progress::show);
        } catch (IOException | ControlException e) {
            throw new CliException(String.valueOf(e.getMessage()), e);
        } finally {
            progress.clear();
        }
    }

    static boolean root() {
        try {
            return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException e) {
            throw new CliException("cannot read /proc/self: " + e.getMessage(), e);
        }
    }

    static void requireRoot(String subcommand) {
        if (!root()) {
            throw new CliException(
                    "`" + subcommand + "` needs root; run: sudo ./glovebox " + subcommand);
        }
    }

    private void requireAccess(Exception cause) {
        if (!root() && !Files.isWritable(paths.controlSocket())) {
            throw new CliException(
                    "only root and the group glovebox may talk to the engine; use sudo", cause);
        }
    }
}
