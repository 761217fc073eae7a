package dev.glovebox.network;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Runs the machine's own programs.
final class Commands {
    private Commands() {}

    /// Runs a command to its end. Answers with its output, both streams together.
    ///
    /// @param input for its standard input
    /// @throws NetworkException when it cannot be run or fails, with what it said
    static String run(List<String> command, String input) {
        String line = String.join(" ", command);
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            try (OutputStream stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            }
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            if (code != 0) {
                throw new NetworkException(line + " ended with " + code + ": " + output.strip());
            }
            return output;
        } catch (IOException e) {
            throw new NetworkException(line + " could not be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NetworkException(line + " was interrupted", e);
        }
    }
}
