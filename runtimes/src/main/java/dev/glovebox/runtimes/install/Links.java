package dev.glovebox.runtimes.install;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;

/// What programs that are not ours find a runtime by: links in a directory of commands, to the
/// version in use. What lies there and is no link of ours is never replaced.
public final class Links {
    /// Every name that a version of any runtime may have had here.
    private static final List<String> NAMES =
            List.of(GvisorNames.RUNSC, GvisorNames.SHIM, "runsc-launcher");

    private final List<Path> commands;
    private final Path owned;

    private Links(List<Path> commands, Path owned) {
        this.commands = List.copyOf(commands);
        this.owned = Objects.requireNonNull(owned, "owned");
    }

    /// None: who runs it knows where the versions lie.
    public static Links none() {
        return new Links(List.of(), Path.of("/"));
    }

    /// Links in one directory of commands.
    ///
    /// @param commands the directory of the links: `/usr/local/bin`
    /// @param owned the directory that all targets lie below
    public static Links in(Path commands, Path owned) {
        return new Links(List.of(commands), owned.toAbsolutePath().normalize());
    }

    /// Refuses names that somebody else has taken. Changes nothing.
    void check(List<String> programs) throws IOException {
        for (Path directory : commands) {
            for (String program : programs) {
                Path link = directory.resolve(program);
                if (Files.exists(link, LinkOption.NOFOLLOW_LINKS) && !ours(link)) {
                    throw new InstallException(
                            "%s is there already and was not put there by Glovebox; move it away, or install elsewhere with --prefix"
                                    .formatted(link));
                }
            }
        }
    }

    /// Lets the links name this version, each in one step.
    void point(Installation version) throws IOException {
        check(version.programs());
        for (Path directory : commands) {
            Files.createDirectories(directory);
            for (String program : version.programs()) {
                Path next = directory.resolve("." + program + ".glovebox");
                Files.deleteIfExists(next);
                Files.createSymbolicLink(next, version.home().resolve(program));
                Files.move(next, directory.resolve(program), StandardCopyOption.ATOMIC_MOVE);
            }
        }
        // A program of the version before that this one lacks would be a pair that nobody tried.
        removeBut(version.programs());
    }

    /// Removes the links that are ours.
    void remove() throws IOException {
        removeBut(List.of());
    }

    private void removeBut(List<String> kept) throws IOException {
        for (Path directory : commands) {
            for (String program : NAMES) {
                Path link = directory.resolve(program);
                if (!kept.contains(program) && ours(link)) {
                    Files.delete(link);
                }
            }
        }
    }

    private boolean ours(Path link) throws IOException {
        return Files.isSymbolicLink(link)
                && Files.readSymbolicLink(link).normalize().startsWith(owned);
    }
}
