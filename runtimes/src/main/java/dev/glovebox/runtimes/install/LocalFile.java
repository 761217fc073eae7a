package dev.glovebox.runtimes.install;

import static dev.glovebox.runtimes.install.GvisorNames.LARGEST;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/// A file that a person has: a program, or an archive with programs in it. Its SHA-512 is given, or
/// lies beside it in `FILE.sha512`; without one it is not taken.
public final class LocalFile implements RuntimeSource {
    private static final int LARGEST_DIGEST = 4 << 10;
    private static final long LARGEST_ARCHIVE = 2L << 30;

    private final Path file;
    private final Optional<String> digest;
    private final String program;
    private final String[] others;

    /// One file.
    ///
    /// @param digest the SHA-512 that a person gave; empty: read from `FILE.sha512`
    /// @param program what the file is where it is no archive, and must be in an archive
    /// @param others what is taken from an archive too, where it is there
    public LocalFile(Path file, Optional<String> digest, String program, String... others) {
        this.file = file.toAbsolutePath();
        this.digest = Objects.requireNonNull(digest, "digest");
        this.program = Objects.requireNonNull(program, "program");
        this.others = others.clone();
    }

    @Override
    public String describe() {
        return "the file " + file;
    }

    @Override
    public Fetched fetch(Path into, Consumer<String> progress) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new InstallException(
                    Files.exists(file) ? file + " is no file" : "there is no file " + file);
        }
        long size = Files.size(file);
        if (size > LARGEST_ARCHIVE) {
            throw new InstallException(
                    file
                            + " is larger than %d MiB, which is the most that is taken"
                                    .formatted(LARGEST_ARCHIVE >> 20));
        }
        Room.require(into, size);
        // What is looked at is a copy that nobody else can change.
        Path copy = Files.copy(file, into.resolve("given"));
        Sha512 promised = promised();
        promised.require(copy, file.toString(), digestFrom());
        if (!RuntimeArchive.looksLikeOne(copy)) {
            if (size > LARGEST) {
                throw new InstallException(file + " is too large for a program");
            }
            Path named = Files.move(copy, into.resolve(program));
            return new Fetched(Map.of(program, named), describe());
        }
        String[] names = java.util.Arrays.copyOf(others, others.length + 1);
        names[others.length] = program;
        Map<String, Path> programs = new RuntimeArchive(copy, file.toString()).take(into, names);
        if (!programs.containsKey(program)) {
            throw new InstallException(file + " has no file " + program + " in it");
        }
        Files.delete(copy);
        return new Fetched(programs, describe());
    }

    private Sha512 promised() throws IOException {
        if (digest.isPresent()) {
            return Sha512.parse(digest.get(), digestFrom());
        }
        Path beside = beside();
        try (InputStream in = Files.newInputStream(beside)) {
            return Sha512.parse(
                    new String(in.readNBytes(LARGEST_DIGEST), StandardCharsets.UTF_8),
                    beside.toString());
        } catch (NoSuchFileException _) {
            throw new InstallException(
                    "nobody vouches for %s: give its SHA-512 with --sha512, or put it into %s"
                            .formatted(file, beside));
        }
    }

    private String digestFrom() {
        return digest.isPresent() ? "--sha512" : beside().toString();
    }

    private Path beside() {
        return file.resolveSibling(file.getFileName() + ".sha512");
    }
}
