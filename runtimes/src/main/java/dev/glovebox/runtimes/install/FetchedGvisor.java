package dev.glovebox.runtimes.install;

import dev.glovebox.runtimes.gvisor.Platform;
import dev.glovebox.runtimes.gvisor.PlatformTrial;
import dev.glovebox.runtimes.gvisor.RunscHandler;
import dev.glovebox.runtimes.gvisor.RunscProgram;
import dev.glovebox.runtimes.gvisor.RunscSearch;
import dev.glovebox.runtimes.gvisor.RunscVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// A gVisor that was fetched and whose bytes somebody vouches for: what it has to be before it is
/// installed.
///
/// @param fetched its programs, for this processor
/// @param version what its runsc says
record FetchedGvisor(RuntimeSource.Fetched fetched, Path runsc, RunscVersion version) {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String LAUNCHER = "runsc-launcher";

    /// Looks at what was fetched.
    ///
    /// @param inUse the version that it would take the place of; empty: none
    /// @throws InstallException where it will not do
    static FetchedGvisor of(
            RuntimeSource.Fetched fetched, GvisorWishes wishes, Optional<RunscVersion> inUse)
            throws IOException {
        Path runsc =
                fetched.program(GvisorNames.RUNSC)
                        .orElseThrow(() ->
                                new InstallException(fetched.origin() + " has no program runsc"));
        if (wishes.shim() && fetched.program(GvisorNames.SHIM).isEmpty()) {
            throw new InstallException(
                    "%s has no %s; leave out --lane shim, or take it from the release or the Go module"
                            .formatted(fetched.origin(), GvisorNames.SHIM));
        }
        Architecture here = Architecture.ofThisMachine();
        for (Map.Entry<String, Path> each : fetched.programs().entrySet()) {
            here.require(each.getValue(), each.getKey() + " of " + fetched.origin());
            Files.setPosixFilePermissions(
                    each.getValue(), PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        RunscVersion version = version(runsc);
        if (!wishes.older()) {
            inUse.ifPresent(now -> refuseOlder(version, now, fetched.origin()));
        }
        return new FetchedGvisor(fetched, runsc, version);
    }

    /// Whoever can keep a source from being reached must not choose an older version by that.
    static void refuseOlder(RunscVersion version, RunscVersion now, String origin) {
        if (version.compareTo(now) < 0) {
            throw new InstallException(
                    "%s has gvisor %s, which is older than the %s in use; say --from or --version to have it nevertheless, or `rollback` for the one before"
                            .formatted(origin, version.text(), now.text()));
        }
    }

    private static RunscVersion version(Path runsc) {
        return switch (new RunscProgram(PATIENCE).version(runsc)) {
            case RunscProgram.Known(RunscVersion version) when version.tooOld() ->
                    throw new InstallException(
                            "runsc %s is too old to be sold as security (oldest accepted: %s)"
                                    .formatted(version.text(), RunscVersion.OLDEST));
            case RunscProgram.Known(RunscVersion version) -> version;
            case RunscProgram.Unknown(String why) -> throw new InstallException("runsc: " + why);
        };
    }

    /// Where it came from.
    String origin() {
        return fetched.origin();
    }

    /// Its programs with our launcher, by name.
    List<String> programs() {
        List<String> all = new ArrayList<>();
        if (fetched.program(GvisorNames.SHIM).isPresent()) {
            all.add(GvisorNames.SHIM);
        }
        all.addAll(List.of(LAUNCHER, GvisorNames.RUNSC));
        return all;
    }

    /// Bytes that are copied when it is placed; the shim is moved.
    long size() throws IOException {
        return Files.size(runsc);
    }

    /// How it is to catch system calls on this machine: as was wished, or as is seen to be best.
    ///
    /// @param incoming where it may keep its state meanwhile
    PlatformTrial.Choice choice(Path incoming, GvisorWishes wishes) {
        PlatformTrial trial = new PlatformTrial(incoming, PATIENCE);
        try {
            return wishes.platform().isPresent()
                    ? trial.require(runsc, wishes.platform().get())
                    : trial.choose(runsc);
        } catch (IOException e) {
            throw new InstallException(String.valueOf(e.getMessage()), e);
        }
    }

    /// Puts it into a directory of its own.
    ///
    /// @param versions the directory that has them all
    /// @return its own directory
    Path place(Path versions, Path launcher, Platform platform) throws IOException {
        RunscHandler.Installed done =
                new RunscHandler(versions, launcher)
                        .install(new RunscSearch.Found(runsc, version), platform);
        Path home = Objects.requireNonNull(done.runsc().getParent());
        Optional<Path> shim = fetched.program(GvisorNames.SHIM);
        if (shim.isPresent()) {
            Files.move(
                    shim.get(),
                    home.resolve(GvisorNames.SHIM),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        }
        return home;
    }
}
