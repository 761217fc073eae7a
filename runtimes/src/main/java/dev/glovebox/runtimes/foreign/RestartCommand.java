package dev.glovebox.runtimes.foreign;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The command that restarts a containerd.
///
/// @param words the program and its arguments; no shell sees them
public record RestartCommand(List<String> words) {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int LAST_LINES = 3;
    private static final long LARGEST_COMPLAINT = 64 * 1024;

    /// Refuses a command without words.
    public RestartCommand {
        words = List.copyOf(words);
        if (words.isEmpty()) {
            throw new ConfigurationRefused("the command that restarts containerd has no words");
        }
    }

    /// Splits a line into words at blanks. Single and double quotes keep blanks in a word and do
    /// not nest; nothing else has a meaning: no variable, no backslash, no pipe.
    public static RestartCommand parse(String line) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean begun = false;
        char quote = 0;
        for (int i = 0; i < line.length(); i++) {
            char each = line.charAt(i);
            if (quote != 0 && each == quote) {
                quote = 0;
            } else if (quote == 0 && (each == '"' || each == '\'')) {
                quote = each;
                begun = true;
            } else if (quote == 0 && Character.isWhitespace(each)) {
                if (begun) {
                    words.add(word.toString());
                }
                word.setLength(0);
                begun = false;
            } else {
                word.append(each);
                begun = true;
            }
        }
        if (quote != 0) {
            throw new ConfigurationRefused("a quote is not closed in: " + line);
        }
        if (begun) {
            words.add(word.toString());
        }
        return new RestartCommand(words);
    }

    /// Refuses a program that is not there, before anything depends on it.
    ///
    /// @param path directories that a bare name is looked for in
    void requireProgram(List<Path> path) {
        String program = words.getFirst();
        boolean there =
                program.contains("/")
                        ? Files.isExecutable(Path.of(program))
                        : path.stream().anyMatch(each -> Files.isExecutable(each.resolve(program)));
        if (!there) {
            throw new ConfigurationRefused(
                    "there is no program "
                            + program
                            + " to restart containerd with; name the command with --restart");
        }
    }

    /// Runs it. What it leaves running in the background is not waited for.
    void run() throws InterruptedException {
        try {
            Path output = Files.createTempFile("restart", ".out");
            try {
                run(output);
            } finally {
                Files.delete(output);
            }
        } catch (IOException e) {
            throw ConfigurationRefused.io("cannot run " + this, e);
        }
    }

    private void run(Path output) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(words)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        process.getOutputStream().close();
        if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            throw new ConfigurationRefused(
                    this + " did not end within " + PATIENCE.toSeconds() + " s");
        }
        if (process.exitValue() != 0) {
            throw new ConfigurationRefused(
                    this + " ended with exit code " + process.exitValue() + lastWords(output));
        }
    }

    private static String lastWords(Path output) throws IOException {
        if (Files.size(output) > LARGEST_COMPLAINT) {
            return "";
        }
        List<String> lines =
                Files.readString(output).lines().filter(line -> !line.isBlank()).toList();
        return lines.isEmpty()
                ? ""
                : ": "
                        + String.join(
                                "; ",
                                lines.subList(
                                        Math.max(0, lines.size() - LAST_LINES), lines.size()));
    }

    @Override
    public String toString() {
        return String.join(" ", words);
    }
}
