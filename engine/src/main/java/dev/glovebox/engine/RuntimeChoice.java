package dev.glovebox.engine;

import picocli.CommandLine.Option;

/// Which runtime a command is about, and how it answers.
final class RuntimeChoice {
    @Option(
            names = "--runtime",
            paramLabel = "RUNTIME",
            description = "This one alone, by name or handler.")
    private String runtime = "";

    @Option(names = "--json", description = "As a JSON array.")
    private boolean json;

    /// Name or handler; empty: every one that works.
    String runtime() {
        return runtime;
    }

    boolean json() {
        return json;
    }
}
