package dev.glovebox.runtimes.gvisor;

import dev.glovebox.runtimes.host.ShortCommand;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/// Asks a runsc for its version by running it.
public final class RunscProgram {
    private final Duration patience;

    /// Gives a program this long to answer.
    public RunscProgram(Duration patience) {
        this.patience = Objects.requireNonNull(patience, "patience");
    }

    /// What a program said.
    public sealed interface Answer {}

    /// Its version.
    public record Known(RunscVersion version) implements Answer {}

    /// Why no version could be read, in one sentence without a full stop.
    public record Unknown(String why) implements Answer {}

    /// Runs `runsc --version`.
    public Answer version(Path runsc) {
        try {
            ShortCommand.Ended ended =
                    new ShortCommand(patience).run(List.of(runsc.toString(), "--version"));
            return RunscVersion.parse(ended.output())
                    .<Answer>map(Known::new)
                    .orElseGet(() -> new Unknown("--version does not name a gVisor release"));
        } catch (IOException e) {
            return new Unknown("cannot be run: " + e.getMessage());
        }
    }
}
