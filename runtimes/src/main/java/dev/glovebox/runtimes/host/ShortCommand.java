package dev.glovebox.runtimes.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Runs a program that answers at once, and reads its answer. A program that takes longer than it
/// may is killed.
public record ShortCommand(Duration patience) {
    private static final int LONGEST_ANSWER = 64 * 1024;

    /// The time limit is required.
    public ShortCommand {
        Objects.requireNonNull(patience, "patience");
    }

    /// A program that has ended: its exit code, and standard output and error together.
    public record Ended(int exitCode, String output) {}

    /// Runs a program without input and with an empty environment. Fails with an IOException where
    /// it does not start or does not end in time.
    public Ended run(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        Process process = builder.start();
        process.getOutputStream().close();
        CompletableFuture<String> output = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> read(process, output));
        try {
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(command.getFirst() + " did not end within " + patience);
            }
            return new Ended(process.exitValue(), output.join());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + command.getFirst(), e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static void read(Process process, CompletableFuture<String> output) {
        try (var stream = process.getInputStream()) {
            output.complete(new String(stream.readNBytes(LONGEST_ANSWER), StandardCharsets.UTF_8));
        } catch (IOException e) {
            output.completeExceptionally(new UncheckedIOException(e));
        }
    }
}
