package dev.glovebox.containerd;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Short commands of the system whose output is small.
final class Commands {
    private Commands() {}

    /// Runs a command to its end. Answers with its output, both streams together.
    ///
    /// @throws ContainerdException when it cannot be run or fails
    static String run(List<String> command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            if (code != 0) {
                throw new ContainerdException(
                        String.join(" ", command) + " failed (" + code + "): " + output.strip());
            }
            return output;
        } catch (IOException e) {
            throw new ContainerdException("cannot run " + command.getFirst(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ContainerdException("interrupted while running " + command.getFirst(), e);
        }
    }
}
