package dev.glovebox.network;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The machine's `nft` program.
public final class Nft {
    private final List<String> command;

    /// A program by name or path, with leading arguments, for example `nft` alone or `ip netns exec
    /// NAME nft`.
    public Nft(List<String> command) {
        this.command = List.copyOf(command);
    }

    /// The `nft` of PATH, in this process's network namespace.
    public static Nft ofMachine() {
        return new Nft(List.of("nft"));
    }

    /// Carries out a script as one transaction: all of it or nothing.
    ///
    /// @throws NetworkException when nft refuses it, with nft's own words
    public void apply(String script) {
        run(List.of("-f", "-"), script);
    }

    /// Names of all tables, as `family name`.
    public List<String> tables() {
        return run(List.of("list", "tables"), "")
                .lines()
                .filter(line -> line.startsWith("table "))
                .map(line -> line.substring("table ".length()).strip())
                .toList();
    }

    private String run(List<String> arguments, String input) {
        List<String> all = new ArrayList<>(command);
        all.addAll(arguments);
        try {
            Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
            try (OutputStream stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            }
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            if (code != 0) {
                throw new NetworkException(
                        String.join(" ", all) + " ended with " + code + ": " + output.strip());
            }
            return output;
        } catch (IOException e) {
            throw new NetworkException(String.join(" ", all) + " could not be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NetworkException(String.join(" ", all) + " was interrupted", e);
        }
    }
}
