package dev.glovebox.runtimes.install;

import dev.glovebox.containerd.Trees;
import dev.glovebox.runtimes.Setup;
import dev.glovebox.runtimes.gvisor.Platform;
import dev.glovebox.runtimes.gvisor.PlatformTrial;
import dev.glovebox.runtimes.gvisor.RunscHandler;
import dev.glovebox.runtimes.gvisor.RunscProgram;
import dev.glovebox.runtimes.gvisor.RunscSearch;
import dev.glovebox.runtimes.gvisor.RunscVersion;
import dev.glovebox.runtimes.host.Digest;
import dev.glovebox.runtimes.host.ShortCommand;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Installs versions of runtimes side by side below one directory, one at a time. Programs are
/// fetched beside, must be for this processor, say a version that is accepted and run something;
/// only then do they get a directory of their own, and last of all is it written down which version
/// is in use. What breaks off before that leaves the version in use as it was.
public final class RuntimeInstaller {
    /// gVisor's name here; its handler is `runsc`.
    public static final String GVISOR = "gvisor";

    private static final Duration QUICK = Duration.ofSeconds(10);
    private static final String INCOMING = ".incoming";

    private final Path directory;
    private final InstalledRuntimes installed;
    private final Predicate<Path> inUse;
    private final Clock clock;
    private final Consumer<String> progress;

    /// Installs below one directory.
    ///
    /// @param directory root's, made where it is not there
    /// @param inUse whether a version's directory may not go yet
    /// @param progress hears what is being done
    public RuntimeInstaller(
            Path directory, Predicate<Path> inUse, Clock clock, Consumer<String> progress) {
        this.directory = Objects.requireNonNull(directory, "directory");
        this.installed = new InstalledRuntimes(directory);
        this.inUse = Objects.requireNonNull(inUse, "inUse");
        this.clock = Objects.requireNonNull(clock, "clock");
        this.progress = Objects.requireNonNull(progress, "progress");
    }

    /// What an installation ended with.
    ///
    /// @param installation the version that is in use now
    /// @param changed false where that very version was in use before
    public record Outcome(Installation installation, boolean changed) {}

    /// Installs a gVisor.
    ///
    /// @param launcher the program that drives runsc for containerd's own shim
    /// @param platform empty: measured
    /// @param older whether an older version than the one in use may take its place
    /// @param links what other programs find it by, changed last
    public Outcome gvisor(
            RuntimeSource source,
            Path launcher,
            Optional<Platform> platform,
            boolean older,
            Links links)
            throws IOException, InterruptedException {
        return locked(() -> {
            Path incoming = Files.createTempDirectory(directory, INCOMING);
            try {
                RuntimeSource.Fetched fetched = source.fetch(incoming, progress);
                Path runsc = runsc(fetched);
                RunscVersion version = version(runsc);
                if (!older) {
                    refuseOlder(version, fetched.origin());
                }
                progress.accept("trying how gVisor catches system calls on this machine");
                PlatformTrial.Choice choice = choice(incoming, runsc, platform);
                List<String> programs =
                        new ArrayList<>(List.of("runsc-launcher", GvisorNames.RUNSC));
                if (fetched.program(GvisorNames.SHIM).isPresent()) {
                    programs.addFirst(GvisorNames.SHIM);
                }
                links.check(programs);
                Path home = place(fetched, runsc, version, launcher, choice.platform());
                return use(
                        GVISOR,
                        new Installation(
                                version.text(),
                                fetched.origin(),
                                home,
                                programs,
                                choice.platform().text(),
                                choice.text(),
                                Setup.RUNC_SHIM,
                                clock.instant()),
                        links);
            } finally {
                Trees.delete(incoming);
            }
        });
    }

    /// Takes in a program of another runtime, as it is: what it does is for a probe pod to see.
    ///
    /// @param name what the handler is to be called
    /// @param program copied, so that pods keep what they were started with
    /// @param shim the runtime type that containerd is told
    public Outcome add(String name, Path program, String shim)
            throws IOException, InterruptedException {
        return locked(() -> {
            if (!Files.isRegularFile(program)) {
                throw new InstallException("there is no program " + program);
            }
            Architecture.ofThisMachine().require(program, program.toString());
            Room.require(directory, Files.size(program));
            Path incoming = Files.createTempDirectory(directory, INCOMING);
            try {
                String file = program.getFileName().toString();
                Path copy = Files.copy(program.toRealPath(), incoming.resolve(file));
                Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxr-xr-x"));
                String version = said(copy);
                Path home = directory.resolve(name).resolve(Digest.of(copy).abbreviated());
                Installation fresh =
                        new Installation(
                                version,
                                "the file " + program.toAbsolutePath(),
                                home,
                                List.of(file),
                                "",
                                "",
                                shim,
                                clock.instant());
                installed.read(name);
                Files.createDirectories(home);
                Files.move(
                        copy,
                        home.resolve(file),
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
                return use(name, fresh, Links.none());
            } finally {
                Trees.delete(incoming);
            }
        });
    }

    /// The first line of what a program says to `--version`.
    private static String said(Path program) {
        try {
            ShortCommand.Ended ended =
                    new ShortCommand(QUICK).run(List.of(program.toString(), "--version"));
            String line = ended.output().lines().findFirst().orElse("").strip();
            if (ended.exitCode() != 0 || line.isEmpty()) {
                throw new InstallException(
                        "%s is no OCI runtime: --version ends with exit code %d"
                                .formatted(program.getFileName(), ended.exitCode()));
            }
            return line;
        } catch (IOException e) {
            throw new InstallException(program.getFileName() + " cannot be run", e);
        }
    }

    /// Takes the version before into use.
    public InstalledRuntimes.Versions rollback(String name, Links links)
            throws IOException, InterruptedException {
        return locked(() -> {
            Optional<Installation> before =
                    installed.read(name).flatMap(known -> known.earlier().stream().findFirst());
            if (before.isPresent()) {
                links.check(before.get().programs());
                requireWhole(before.get());
            }
            InstalledRuntimes.Versions after = installed.rollback(name);
            links.point(after.current());
            return after;
        });
    }

    /// Forgets a runtime and removes its versions, but for those that something still runs from.
    ///
    /// @return the directories that stay
    public List<Path> remove(String name, Links links) throws IOException, InterruptedException {
        return locked(() -> {
            InstalledRuntimes.Versions known =
                    installed
                            .read(name)
                            .orElseThrow(() ->
                                    new InstallException(
                                            "%s is not installed below %s"
                                                    .formatted(name, directory)));
            links.remove();
            installed.forget(name);
            return drop(known.all());
        });
    }

    private static void requireWhole(Installation version) {
        for (String program : version.programs()) {
            if (!Files.isExecutable(version.home().resolve(program))) {
                throw new InstallException(
                        "version %s is not whole any more: %s is missing"
                                .formatted(version.version(), version.home().resolve(program)));
            }
        }
    }

    private List<Path> drop(List<Installation> versions) {
        List<Path> left = new ArrayList<>();
        for (Installation each : versions) {
            if (inUse.test(each.home())) {
                left.add(each.home());
            } else {
                Trees.delete(each.home());
            }
        }
        return left;
    }

    private Outcome use(String name, Installation fresh, Links links) throws IOException {
        boolean changed =
                installed
                        .read(name)
                        .map(known -> !known.current().home().equals(fresh.home()))
                        .orElse(true);
        List<Installation> gone = installed.add(name, fresh, inUse);
        links.point(fresh);
        drop(gone);
        return new Outcome(fresh, changed);
    }

    private static Path runsc(RuntimeSource.Fetched fetched) throws IOException {
        Architecture here = Architecture.ofThisMachine();
        Path runsc =
                fetched.program(GvisorNames.RUNSC)
                        .orElseThrow(() ->
                                new InstallException(fetched.origin() + " has no program runsc"));
        for (String name : fetched.programs().keySet()) {
            Path program = fetched.programs().get(name);
            if (program != null) {
                here.require(program, name + " of " + fetched.origin());
                Files.setPosixFilePermissions(
                        program, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        }
        return runsc;
    }

    private static RunscVersion version(Path runsc) {
        return switch (new RunscProgram(QUICK).version(runsc)) {
            case RunscProgram.Known(RunscVersion version) when version.tooOld() ->
                    throw new InstallException(
                            "runsc %s is too old to be sold as security (oldest accepted: %s)"
                                    .formatted(version.text(), RunscVersion.OLDEST));
            case RunscProgram.Known(RunscVersion version) -> version;
            case RunscProgram.Unknown(String why) -> throw new InstallException("runsc: " + why);
        };
    }

    /// Whoever can keep a source from being reached must not choose an older version by that.
    private void refuseOlder(RunscVersion version, String origin) throws IOException {
        Optional<RunscVersion> now =
                installed
                        .read(GVISOR)
                        .flatMap(known ->
                                RunscVersion.parse("runsc version " + known.current().version()));
        if (now.isPresent() && version.compareTo(now.get()) < 0) {
            throw new InstallException(
                    "%s has gvisor %s, which is older than the %s in use; say --from or --version to have it nevertheless, or `rollback` for the one before"
                            .formatted(origin, version.text(), now.get().text()));
        }
    }

    private static PlatformTrial.Choice choice(
            Path incoming, Path runsc, Optional<Platform> platform) {
        PlatformTrial trial = new PlatformTrial(incoming, QUICK);
        try {
            return platform.isPresent()
                    ? trial.require(runsc, platform.get())
                    : trial.choose(runsc);
        } catch (IOException e) {
            throw new InstallException(String.valueOf(e.getMessage()), e);
        }
    }

    private Path place(
            RuntimeSource.Fetched fetched,
            Path runsc,
            RunscVersion version,
            Path launcher,
            Platform platform)
            throws IOException {
        Room.require(directory, Files.size(runsc) + Files.size(launcher));
        RunscHandler.Installed done =
                new RunscHandler(directory.resolve(GvisorNames.RUNSC), launcher)
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

    /// What is done while nobody else installs here.
    @FunctionalInterface
    private interface Work<T> {
        T run() throws IOException, InterruptedException;
    }

    private <T> T locked(Work<T> work) throws IOException, InterruptedException {
        try {
            Files.createDirectories(directory);
            try (FileChannel lock =
                    FileChannel.open(
                            directory.resolve(".lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE,
                            LinkOption.NOFOLLOW_LINKS)) {
                if (lock.tryLock() == null) {
                    throw busy();
                }
                sweep();
                return work.run();
            }
        } catch (OverlappingFileLockException e) {
            throw busy();
        } catch (IOException e) {
            throw new InstallException("cannot install below " + directory, e);
        }
    }

    private InstallException busy() {
        return new InstallException("another installation below " + directory + " is going on");
    }

    /// Removes what an installation that was killed had fetched.
    private void sweep() throws IOException {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(directory, INCOMING + "*")) {
            left.forEach(Trees::delete);
        }
    }
}
