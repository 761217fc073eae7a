package dev.glovebox.engine;

import java.io.Console;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;

/// A question before something is done to the machine.
final class Consent {
    @Option(
            names = {"--yes", "-y"},
            description = "Does not ask.")
    private boolean yes;

    /// Goes on where a person agrees, or `--yes` was said.
    ///
    /// @param what would be done, as words that follow `this will`
    /// @throws EngineException where nobody agrees, or nobody can be asked
    void ask(String what) {
        if (yes) {
            return;
        }
        Console console =
                Optional.ofNullable(System.console())
                        .filter(Console::isTerminal)
                        .orElseThrow(() ->
                                new EngineException(
                                        "this will %s; there is no terminal to ask on, so add --yes"
                                                .formatted(what)));
        String answer = console.readLine("glovebox: this will %s; go on? [y/N] ", what);
        if (answer == null || !answer.strip().toLowerCase(Locale.ROOT).matches("y|yes")) {
            throw new EngineException("nothing was changed");
        }
    }
}
