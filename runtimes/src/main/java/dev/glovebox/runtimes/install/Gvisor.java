package dev.glovebox.runtimes.install;

import dev.glovebox.model.Names;
import dev.glovebox.runtimes.gvisor.PlatformTrial;
import dev.glovebox.runtimes.gvisor.RunscVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/// gVisor: runsc with our launcher, and its own shim where a source has it. How it catches system
/// calls is tried on this machine.
///
/// @param launcher the program that drives runsc for containerd's own shim
/// @param wishes what a person wants of it
public record Gvisor(Path launcher, GvisorWishes wishes) implements RuntimeKind {
    /// gVisor's name here; its handler is `runsc`.
    public static final String NAME = Names.GVISOR_CLASS;

    /// Both are required.
    public Gvisor {
        Objects.requireNonNull(launcher, "launcher");
        Objects.requireNonNull(wishes, "wishes");
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Candidate look(
            RuntimeSource.Fetched fetched,
            Path incoming,
            Optional<Installation> inUse,
            Consumer<String> progress)
            throws IOException {
        FetchedGvisor found = FetchedGvisor.of(fetched, wishes, inUse.flatMap(Gvisor::version));
        progress.accept("trying how gVisor catches system calls on this machine");
        PlatformTrial.Choice choice = found.choice(incoming, wishes);
        return new GvisorCandidate(found, choice, launcher);
    }

    private static Optional<RunscVersion> version(Installation known) {
        return RunscVersion.parse("runsc version " + known.version());
    }
}
