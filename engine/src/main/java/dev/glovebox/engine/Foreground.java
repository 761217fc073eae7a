package dev.glovebox.engine;

import dev.glovebox.control.EnginePaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A program that owns a data directory while it runs: one at a time, with its log in it.
///
/// @param paths of the data directory
/// @param program what it is, for the log: `engine` or `agent`
record Foreground(EnginePaths paths, String program) {
    private static final Logger LOG = LoggerFactory.getLogger(Foreground.class);

    /// What it does; returns when it is over.
    @FunctionalInterface
    interface Work {
        void run() throws IOException, InterruptedException;
    }

    /// Runs it. Why it cannot is in the log too.
    ///
    /// @throws EngineException when another one has the data directory
    void run(Work work) throws IOException, InterruptedException {
        makeDataDirectory(paths);
        try (EngineLock _ = EngineLock.take(paths.lock())) {
            EngineLog.toFile(paths.engineLog());
            try {
                work.run();
            } catch (IOException | RuntimeException | Error e) {
                LOG.atError().setCause(e).log("the " + program + " cannot run");
                throw e;
            }
        }
    }

    /// What serves others until it is told to end.
    interface Service extends AutoCloseable {
        /// Starts everything.
        void start() throws IOException, InterruptedException;

        /// How far it is, and the way to end it.
        Lifetime lifetime();

        @Override
        void close();
    }

    /// Serves until it is told to end, by a signal or a request.
    static void serve(Service service) throws IOException, InterruptedException {
        try (ShutdownHook _ = ShutdownHook.install(service.lifetime()::stop);
                service) {
            service.start();
            service.lifetime().awaitStop();
        }
    }

    /// Makes what a program needs before it can take its lock and write its log.
    static void makeDataDirectory(EnginePaths paths) throws IOException {
        make(paths.data(), "rwx--x--x");
        make(paths.logs(), "rwx------");
    }

    private static void make(Path directory, String mode) throws IOException {
        Files.createDirectories(
                directory,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode)));
    }
}
