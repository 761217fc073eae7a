package dev.glovebox.runtimes.install;

import dev.glovebox.runtimes.kata.KataConfiguration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// A Kata that was unpacked.
///
/// @param tree has `opt/kata`
/// @param digest of the archive, abbreviated
/// @param hypervisor the configuration's name
/// @param shim its path below the tree
/// @param published the configuration as the release has it
record KataCandidate(
        Path tree,
        String origin,
        String version,
        String digest,
        String hypervisor,
        String shim,
        KataConfiguration published)
        implements Candidate {
    /// Files that its configuration names, below the tree.
    List<Path> needed() {
        return published.files().stream().map(this::below).toList();
    }

    /// Programs of the host's: the shim first, the hypervisor last.
    List<Path> run() {
        return Stream.of(
                        Stream.of(tree.resolve(shim)),
                        published.daemon().stream().map(this::below),
                        Stream.of(below(published.program())))
                .flatMap(each -> each)
                .toList();
    }

    private Path below(Path file) {
        Path place = tree.resolve(file.toString().replaceFirst("^/+", "")).normalize();
        if (!file.isAbsolute() || !place.startsWith(tree.resolve("opt/kata"))) {
            throw new InstallException(
                    "%s: its configuration names %s, which is none of its own files"
                            .formatted(origin, file));
        }
        return place;
    }

    @Override
    public List<String> programs() {
        return run().stream().map(each -> tree.relativize(each).toString()).toList();
    }

    @Override
    public long size() {
        return 0;
    }

    @Override
    public Installation place(Path directory, Instant now) throws IOException {
        List<String> programs = programs();
        Path versions = Files.createDirectories(directory.resolve(Kata.NAME));
        Files.setPosixFilePermissions(versions, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path home = home(versions);
        if (!Files.exists(home, LinkOption.NOFOLLOW_LINKS)) {
            Files.write(
                    tree.resolve(Kata.CONFIGURATION),
                    configuration(home),
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.WRITE);
            Files.setPosixFilePermissions(tree, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.move(tree, home, StandardCopyOption.ATOMIC_MOVE);
        }
        return new Installation(version, origin, home, programs, hypervisor, "", Kata.SHIM, now);
    }

    /// The first directory of its name that has the same already, or is not there: one that is not
    /// whole any more is left, as something may run from it.
    private Path home(Path versions) throws IOException {
        String name = "%s-%s-%s".formatted(version, digest, hypervisor);
        Path home = versions.resolve(name).toAbsolutePath().normalize();
        for (int n = 2; Files.exists(home, LinkOption.NOFOLLOW_LINKS) && !hasSame(home); n++) {
            home = home.resolveSibling(name + "-" + n);
        }
        return home;
    }

    private boolean hasSame(Path home) throws IOException {
        for (Path each : Stream.concat(needed().stream(), run().stream()).toList()) {
            Path there = home.resolve(tree.relativize(each));
            if (!Files.isRegularFile(there) || Files.size(there) != Files.size(each)) {
                return false;
            }
        }
        if (run().stream()
                .anyMatch(each -> !Files.isExecutable(home.resolve(tree.relativize(each))))) {
            return false;
        }
        Path file = home.resolve(Kata.CONFIGURATION);
        byte[] wanted = configuration(home);
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                && Files.size(file) == wanted.length
                && Arrays.equals(Files.readAllBytes(file), wanted);
    }

    private byte[] configuration(Path home) {
        try {
            return published.unpackedIn(home).text().getBytes(StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new InstallException(
                    "%s: the configuration of %s cannot be used: %s"
                            .formatted(origin, hypervisor, e.getMessage()),
                    e);
        }
    }
}
