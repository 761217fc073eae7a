package dev.glovebox.runtimes.install;

import dev.glovebox.containerd.Trees;
import dev.glovebox.runtimes.Setup;
import dev.glovebox.runtimes.gvisor.PlatformTrial;
import dev.glovebox.runtimes.gvisor.RunscVersion;
import dev.glovebox.runtimes.host.Digest;
import dev.glovebox.runtimes.host.Exclusive;
import dev.glovebox.runtimes.host.ShortCommand;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
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
    private static final Set<PosixFilePermission> PUBLIC =
            PosixFilePermissions.fromString("rwxr-xr-x");

    private final Path directory;
    private final InstalledRuntimes installed;
    private final Predicate<Path> stays;
    private final Clock clock;
    private final Consumer<String> progress;

    /// Installs below one directory.
    ///
    /// @param directory root's, made where it is not there
    /// @param stays whether a version's directory may not go yet
    /// @param progress hears what is being done
    public RuntimeInstaller(
            Path directory, Predicate<Path> stays, Clock clock, Consumer<String> progress) {
        this.directory = Objects.requireNonNull(directory, "directory");
        this.installed = new InstalledRuntimes(directory);
        this.stays = Objects.requireNonNull(stays, "stays");
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
    /// @param links what other programs find it by, changed last
    public Outcome gvisor(RuntimeSource source, Path launcher, GvisorWishes wishes, Links links)
            throws IOException, InterruptedException {
        return locked(() ->
                fetching(incoming -> {
                    GvisorCandidate candidate =
                            GvisorCandidate.of(source.fetch(incoming, progress), wishes, inUse());
                    progress.accept("trying how gVisor catches system calls on this machine");
                    PlatformTrial.Choice choice = candidate.choice(incoming, wishes);
                    links.check(candidate.programs());
                    Room.require(directory, candidate.size() + Files.size(launcher));
                    Path home =
                            candidate.place(
                                    directory.resolve(GvisorNames.RUNSC),
                                    launcher,
                                    choice.platform());
                    return use(
                            GVISOR,
                            new Installation(
                                    candidate.version().text(),
                                    candidate.origin(),
                                    home,
                                    candidate.programs(),
                                    choice.platform().text(),
                                    choice.text(),
                                    Setup.RUNC_SHIM,
                                    clock.instant()),
                            links);
                }));
    }

    /// The version of gVisor that is in use.
    private Optional<RunscVersion> inUse() throws IOException {
        return installed
                .read(GVISOR)
                .flatMap(known -> RunscVersion.parse("runsc version " + known.current().version()));
    }

    /// Takes in a program of another runtime, as it is: what it does is for a probe pod to see.
    ///
    /// @param name what the handler is to be called
    /// @param program copied, so that pods keep what they were started with
    /// @param shim the runtime type that containerd is told
    public Outcome add(String name, Path program, String shim)
            throws IOException, InterruptedException {
        InstalledRuntimes.checkName(name);
        return locked(() -> {
            if (!Files.isRegularFile(program)) {
                throw new InstallException("there is no program " + program);
            }
            Architecture.ofThisMachine().require(program, program.toString());
            Room.require(directory, Files.size(program));
            return fetching(incoming -> {
                String file = program.getFileName().toString();
                Path copy = Files.copy(program.toRealPath(), incoming.resolve(file));
                Files.setPosixFilePermissions(copy, PUBLIC);
                String version = said(copy);
                Path home = directory.resolve(name).resolve(Digest.of(copy).abbreviated());
                for (Path each : List.of(directory.resolve(name), home)) {
                    Files.createDirectories(each);
                    Files.setPosixFilePermissions(each, PUBLIC);
                }
                Files.move(
                        copy,
                        home.resolve(file),
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
                return use(
                        name,
                        new Installation(
                                version,
                                "the file " + program.toAbsolutePath(),
                                home,
                                List.of(file),
                                "",
                                "",
                                shim,
                                clock.instant()),
                        Links.none());
            });
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
            if (stays.test(each.home())) {
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
        List<Installation> gone = installed.add(name, fresh, stays);
        links.point(fresh);
        drop(gone);
        return new Outcome(fresh, changed);
    }

    /// What is done while nobody else installs here.
    @FunctionalInterface
    private interface Work<T> {
        T run() throws IOException, InterruptedException;
    }

    private <T> T locked(Work<T> work) throws IOException, InterruptedException {
        try {
            Files.createDirectories(directory);
            try (Exclusive _ =
                    Exclusive.on(directory.resolve(".lock"))
                            .orElseThrow(() ->
                                    new InstallException(
                                            "another installation below "
                                                    + directory
                                                    + " is going on"))) {
                sweep();
                return work.run();
            }
        } catch (IOException e) {
            throw new InstallException("cannot install below " + directory, e);
        }
    }

    /// What is done with a directory that is gone afterwards.
    @FunctionalInterface
    private interface Fetching<T> {
        T into(Path incoming) throws IOException, InterruptedException;
    }

    private <T> T fetching(Fetching<T> work) throws IOException, InterruptedException {
        Path incoming = Files.createTempDirectory(directory, INCOMING);
        try {
            return work.into(incoming);
        } finally {
            Trees.delete(incoming);
        }
    }

    /// Removes what an installation that was killed had fetched.
    private void sweep() throws IOException {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(directory, INCOMING + "*")) {
            left.forEach(Trees::delete);
        }
    }
}
