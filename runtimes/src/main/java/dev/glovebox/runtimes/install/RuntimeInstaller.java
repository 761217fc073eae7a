package dev.glovebox.runtimes.install;

import dev.glovebox.containerd.Trees;
import dev.glovebox.runtimes.host.Exclusive;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Installs versions of runtimes side by side below one directory, one at a time. Programs are
/// fetched beside and looked at as their [RuntimeKind] has it; only then do they get a directory of
/// their own, and last of all is it written down which version is in use. What breaks off before
/// that leaves the version in use as it was.
public final class RuntimeInstaller {
    private static final String INCOMING = ".incoming";

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

    /// Installs a version of a runtime.
    ///
    /// @param links what other programs find it by, changed last
    public Outcome install(RuntimeKind kind, RuntimeSource source, Links links)
            throws IOException, InterruptedException {
        InstalledRuntimes.checkName(kind.name());
        return locked(() ->
                fetching(incoming -> {
                    Candidate candidate =
                            kind.look(
                                    source.fetch(incoming, progress),
                                    incoming,
                                    installed
                                            .read(kind.name())
                                            .map(InstalledRuntimes.Versions::current),
                                    progress);
                    links.check(candidate.programs());
                    Room.require(directory, candidate.size());
                    return use(kind.name(), candidate.place(directory, clock.instant()), links);
                }));
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
