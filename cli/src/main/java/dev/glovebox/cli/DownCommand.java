package dev.glovebox.cli;

import dev.glovebox.control.EnginePaths;
import dev.glovebox.control.Request;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `glovebox down`.
@Command(
        name = "down",
        description =
                "Stops the engine. Pods go on running; with --purge they are removed, with all that was made.",
        mixinStandardHelpOptions = true)
final class DownCommand implements Callable<Integer> {
    private static final Duration MOST = Duration.ofMinutes(1);
    private static final Duration PAUSE = Duration.ofMillis(50);

    @Mixin private EngineOption engine = new EngineOption();

    @Option(
            names = "--purge",
            description = "Remove every pod, network, mount and file of this engine, its data too.")
    private boolean purge;

    @SuppressWarnings("UnusedVariable") // the launcher reads it
    @Option(names = "--yes", description = "Do not ask.")
    private boolean yes;

    @Override
    public Integer call() throws IOException, InterruptedException {
        EngineLink.requireRoot("down");
        var paths = engine.paths();
        if (purge) {
            throw new CliException(
                    "--purge is the launcher's work; run: sudo ./glovebox down --purge");
        }
        var link = new EngineLink(paths);
        var ran = link.status().isPresent();
        if (ran) {
            link.ask(new Request.Down());
        }
        awaitEnd(paths);
        System.out.println(
                ran
                        ? "The engine has stopped; its pods go on running."
                        : "The engine is not running.");
        return 0;
    }

    /// Waits until no process holds the engine's lock.
    private static void awaitEnd(EnginePaths paths) throws IOException, InterruptedException {
        if (!Files.exists(paths.lock())) {
            return;
        }
        var deadline = Instant.now().plus(MOST);
        try (var file = FileChannel.open(paths.lock(), StandardOpenOption.WRITE)) {
            for (var lock = file.tryLock(); lock == null; lock = file.tryLock()) {
                if (Instant.now().isAfter(deadline)) {
                    throw new CliException(
                            "the engine has not ended after " + MOST.toSeconds() + " s");
                }
                Thread.sleep(PAUSE);
            }
        }
    }
}
