package dev.glovebox.containerd.packages;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/// Runs a program to its end and keeps the head of what it prints. Streams are drained to their
/// end, so that a talkative program never blocks.
public final class Programs {
    /// Most bytes of output that are kept.
    public static final int KEPT = 64 * 1024;

    private Programs() {}

    /// What a program did.
    ///
    /// @param exitCode its exit code
    /// @param output standard output and error together, at most [#KEPT] bytes
    public record Ran(int exitCode, String output) {
        /// The last lines of the output, on one line.
        public String lastWords() {
            List<String> lines =
                    output.lines().map(String::strip).filter(l -> !l.isEmpty()).toList();
            return String.join("; ", lines.subList(Math.max(0, lines.size() - 3), lines.size()));
        }
    }

    /// Runs `command` in `directory` with an untranslated environment and no input, and kills it
    /// when `limit` has passed.
    ///
    /// @throws PackageException if it cannot be started or does not end in time
    public static Ran run(Path directory, Duration limit, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C");
        builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
        String name = command.getFirst();
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            CompletableFuture<String> output = new CompletableFuture<>();
            Thread.ofVirtual().name("output of " + name).start(() -> drain(process, output));
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw new PackageException(
                        name + " did not end within " + limit.toSeconds() + " s and was killed");
            }
            return new Ran(process.exitValue(), output.get());
        } catch (IOException e) {
            throw new PackageException("cannot run " + name + ": " + e.getMessage(), e);
        } catch (ExecutionException e) {
            throw new PackageException("cannot read the output of " + name, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PackageException("interrupted while " + name + " ran", e);
        }
    }

    private static void drain(Process process, CompletableFuture<String> output) {
        try (InputStream stream = process.getInputStream()) {
            byte[] head = stream.readNBytes(KEPT);
            stream.transferTo(java.io.OutputStream.nullOutputStream());
            output.complete(new String(head, StandardCharsets.UTF_8));
        } catch (IOException e) {
            output.completeExceptionally(e);
        }
    }
}
