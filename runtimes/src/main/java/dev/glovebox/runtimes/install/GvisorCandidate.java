package dev.glovebox.runtimes.install;

import dev.glovebox.runtimes.Setup;
import dev.glovebox.runtimes.gvisor.PlatformTrial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/// A gVisor that will do on this machine.
///
/// @param choice how it is to catch system calls, and what was seen of that
record GvisorCandidate(FetchedGvisor found, PlatformTrial.Choice choice, Path launcher)
        implements Candidate {
    @Override
    public List<String> programs() {
        return found.programs();
    }

    @Override
    public long size() throws IOException {
        return found.size() + Files.size(launcher);
    }

    @Override
    public Installation place(Path directory, Instant now) throws IOException {
        Path home = found.place(directory.resolve(GvisorNames.RUNSC), launcher, choice.platform());
        return new Installation(
                found.version().text(),
                found.origin(),
                home,
                programs(),
                choice.platform().text(),
                choice.text(),
                Setup.RUNC_SHIM,
                now);
    }
}
