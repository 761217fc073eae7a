package dev.glovebox.cli;

import dev.glovebox.control.EnginePaths;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/// Which engine is meant.
final class EngineOption {
    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description =
                    "Where the engine keeps its data (/var/lib/glovebox, or $GLOVEBOX_DATA_DIR).")
    private Path dataDirectory = Path.of(environment());

    private static String environment() {
        var value = System.getenv("GLOVEBOX_DATA_DIR");
        return value == null || value.isEmpty() ? EnginePaths.DEFAULT_DATA.toString() : value;
    }

    EnginePaths paths() {
        try {
            return EnginePaths.of(dataDirectory);
        } catch (IOException e) {
            throw new CliException(
                    "cannot read the data directory " + dataDirectory + ": " + e.getMessage(), e);
        }
    }
}
