package dev.glovebox.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// A program to run with its arguments. A copy with one thing changed is made by the methods;
/// nothing runs before [#run].
record Command(
        List<String> line, Map<String, String> env, Path directory, String input, Duration limit) {
    Command {
        line = List.copyOf(line);
        env = Map.copyOf(env);
    }

    static Command of(String... line) {
        return of(List.of(line));
    }

    static Command of(List<String> line) {
        return new Command(line, Map.of(), Path.of("."), "", Duration.ofMinutes(2));
    }

    Command with(String name, String value) {
        var more = new TreeMap<>(env);
        more.put(name, value);
        return new Command(line, more, directory, input, limit);
    }

    Command and(String... more) {
        var all = new ArrayList<>(line);
        all.addAll(List.of(more));
        return new Command(all, env, directory, input, limit);
    }

    Command in(Path where) {
        return new Command(line, env, where, input, limit);
    }

    Command input(String text) {
        return new Command(line, env, directory, text, limit);
    }

    Command within(Duration most) {
        return new Command(line, env, directory, input, most);
    }

    /// Starts it and leaves it running, with its standard streams as pipes.
    Process start() {
        var builder = new ProcessBuilder(line).directory(directory.toFile());
        builder.environment().putAll(env);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + line, e);
        }
    }

    /// Starts it and leaves it running; all that it writes goes to the end of a file.
    Process startTo(Path log) {
        var builder =
                new ProcessBuilder(line)
                        .directory(directory.toFile())
                        .redirectInput(Path.of("/dev/null").toFile())
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                        .redirectErrorStream(true);
        builder.environment().putAll(env);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + line, e);
        }
    }

    /// Runs it to its end. A command that does not end in time is killed, and that is an error.
    Ran run() {
        var process = start();
        var out = CompletableFuture.supplyAsync(() -> text(process.getInputStream()));
        var err = CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
        try (OutputStream in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException endedWithoutReading) {
            if (input.isEmpty()) {
                throw new UncheckedIOException(endedWithoutReading);
            }
        }
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError(
                        "not ended after "
                                + limit
                                + ": "
                                + line
                                + "\n"
                                + err.exceptionally(Throwable::toString).getNow(""));
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + line, e);
        }
        return new Ran(line, process.exitValue(), out.join(), err.join());
    }

    private static String text(InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
