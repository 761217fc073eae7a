package dev.glovebox.cli;

import dev.glovebox.control.EnginePaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Starts an engine in the background and waits until its node is Ready.
final class EngineStart {
    private static final Duration MOST = Duration.ofMinutes(5);
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final int LAST_LINES = 12;
    private static final Pattern STARTING =
            Pattern.compile("\"starting\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern AGENT = Pattern.compile("\"program\"\\s*:\\s*\"agent\"");
    private static final Pattern READY = Pattern.compile("\"ready\"\\s*:\\s*true");

    private static final Pattern NODES = Pattern.compile("\"ownNodes\"\\s*:\\s*(\\d{1,3})");

    private final EnginePaths paths;
    private final EngineLink link;
    private final Progress progress;

    EngineStart(EnginePaths paths, Progress progress) {
        this.paths = paths;
        this.link = new EngineLink(paths);
        this.progress = progress;
    }

    /// Whether an engine runs here and its node is Ready.
    ///
    /// @throws CliException where what runs is the agent of a node
    boolean ready() {
        var status = link.status();
        if (status.filter(text -> AGENT.matcher(text).find()).isPresent()) {
            throw new CliException(
                    "an agent runs with the data directory %s; choose another --data-dir"
                            .formatted(paths.data()));
        }
        return status.filter(text -> READY.matcher(text).find()).isPresent();
    }

    /// How many nodes of its own the engine has that runs here; empty where none runs.
    OptionalInt nodes() {
        return link.status()
                .map(NODES::matcher)
                .filter(Matcher::find)
                .map(found -> OptionalInt.of(Integer.parseInt(found.group(1))))
                .orElse(OptionalInt.empty());
    }

    /// Starts the engine where none runs, and waits.
    ///
    /// @param flags for `serve`
    /// @throws CliException if it does not become ready, with what it said
    void start(List<String> flags) {
        EngineLink.requireRoot("up");
        try {
            var running =
                    link.status().isPresent()
                            ? Optional.<Process>empty()
                            : Optional.of(launch(flags));
            await(running);
        } catch (IOException e) {
            throw new CliException(
                    "cannot write to the data directory " + paths.data() + ": " + reason(e), e);
        } finally {
            progress.clear();
        }
    }

    private Process launch(List<String> flags) throws IOException {
        var passable =
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x"));
        Files.createDirectories(paths.data(), passable);
        Files.createDirectories(paths.run(), passable);
        progress.show("starting the engine");
        var line =
                new ArrayList<>(
                        List.of(
                                "setsid",
                                launcher(),
                                "serve",
                                "--data-dir",
                                paths.data().toString()));
        line.addAll(flags);
        Files.write(
                paths.consoleLog(),
                new byte[0],
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING);
        var builder =
                new ProcessBuilder(line)
                        .redirectInput(Path.of("/dev/null").toFile())
                        .redirectOutput(
                                ProcessBuilder.Redirect.appendTo(paths.consoleLog().toFile()))
                        .redirectErrorStream(true);
        builder.environment().put("GLOVEBOX_BUILD", "never");
        return builder.start();
    }

    static String launcher() {
        var launcher = System.getProperty("glovebox.launcher");
        if (launcher == null) {
            throw new CliException(
                    "not started by ./glovebox: the property glovebox.launcher is missing");
        }
        return launcher;
    }

    private void await(Optional<Process> started) throws IOException {
        var deadline = Instant.now().plus(MOST);
        while (Instant.now().isBefore(deadline)) {
            var status = link.status();
            if (status.isPresent()) {
                if (READY.matcher(status.get()).find()) {
                    return;
                }
                Matcher doing = STARTING.matcher(status.get());
                progress.show(doing.find() ? doing.group(1) : "waiting for the node");
            }
            if (started.isPresent() && !started.get().isAlive()) {
                throw new CliException(said());
            }
            pause();
        }
        throw new CliException(
                "the engine is not ready after "
                        + MOST.toSeconds()
                        + " s; see: sudo ./glovebox status, sudo ./glovebox logs");
    }

    /// What the engine wrote for people before it ended; its last lines where it wrote nothing of
    /// the kind.
    private String said() throws IOException {
        var lines = Files.readAllLines(paths.consoleLog());
        var forPeople =
                lines.stream()
                        .filter(line -> line.startsWith("glovebox: "))
                        .map(line -> line.substring("glovebox: ".length()))
                        .toList();
        if (!forPeople.isEmpty()) {
            return String.join("\n", forPeople);
        }
        var last = lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size());
        return "the engine ended while it was starting: " + String.join("\n", last);
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException("interrupted", e);
        }
    }

    private static String reason(IOException e) {
        return e instanceof java.nio.file.FileSystemException system && system.getReason() != null
                ? system.getReason()
                : e.getClass().getSimpleName() + ": " + e.getMessage();
    }
}
