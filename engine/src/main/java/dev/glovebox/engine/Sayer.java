package dev.glovebox.engine;

import picocli.CommandLine.Model.CommandSpec;

/// What a command says while it works: a line each on standard error.
record Sayer(CommandSpec command) {
    /// What is being done.
    void progress(String doing) {
        command.commandLine().getErr().println("glovebox: " + doing);
        command.commandLine().getErr().flush();
    }
}
