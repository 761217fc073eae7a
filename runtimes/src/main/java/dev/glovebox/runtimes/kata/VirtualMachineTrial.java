package dev.glovebox.runtimes.kata;

import dev.glovebox.runtimes.host.ShortCommand;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// Tries whether this machine runs virtual machines: a device `/dev/kvm` may have no hardware
/// behind it, under which a guest never gets anywhere. A small program has a virtual processor
/// count down in 64-bit mode and halt, within a few seconds.
///
/// That says what a machine can do, and nothing of isolation: that is for a probe pod.
public final class VirtualMachineTrial {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Path program;

    /// @param program `kvm-trial`, as the build made it
    public VirtualMachineTrial(Path program) {
        this.program = Objects.requireNonNull(program, "program");
    }

    /// What keeps virtual machines from running here, as a clause; empty where one has run.
    public Optional<String> objection() {
        try {
            ShortCommand.Ended ended = new ShortCommand(PATIENCE).run(List.of(program.toString()));
            return ended.exitCode() == 0 ? Optional.empty() : Optional.of(said(ended));
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static String said(ShortCommand.Ended ended) {
        String line = ended.output().lines().findFirst().orElse("").strip();
        return line.isEmpty() ? "the trial ended with exit code " + ended.exitCode() : line;
    }
}
