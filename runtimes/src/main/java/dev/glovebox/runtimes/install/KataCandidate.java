package dev.glovebox.runtimes.install;

import dev.glovebox.runtimes.kata.KataConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;

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

    /// Programs of the host's: the shim and the hypervisor.
    List<Path> run() {
        return List.of(tree.resolve(shim), below(published.program()));
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
        Path home =
                versions.resolve("%s-%s-%s".formatted(version, digest, hypervisor))
                        .toAbsolutePath()
                        .normalize();
        Files.writeString(tree.resolve(Kata.CONFIGURATION), configuration(home).text());
        for (Path each : List.of(versions, tree)) {
            Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        if (!Files.exists(home)) {
            Files.move(tree, home, StandardCopyOption.ATOMIC_MOVE);
        }
        return new Installation(version, origin, home, programs, hypervisor, "", Kata.SHIM, now);
    }

    private KataConfiguration configuration(Path home) {
        try {
            return published.unpackedIn(home);
        } catch (IllegalArgumentException e) {
            throw new InstallException(
                    "%s: the configuration of %s cannot be used: %s"
                            .formatted(origin, hypervisor, e.getMessage()),
                    e);
        }
    }
}
