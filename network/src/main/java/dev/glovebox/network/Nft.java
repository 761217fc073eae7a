package dev.glovebox.network;

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

    /// Has nft read a script, and does nothing of it.
    ///
    /// @throws NetworkException when nft refuses it
    void check(String script) {
        run(List.of("-c", "-f", "-"), script);
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
        return Commands.run(all, input);
    }
}
