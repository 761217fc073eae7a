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

/// A file that a person has: a program, or an archive with programs in it. Its digest is given, or
/// its SHA-512 lies beside it in `FILE.sha512`; without one it is not taken.
public final class LocalFile implements RuntimeSource {
    private static final int LARGEST_DIGEST = 4 << 10;
    private static final long LARGEST_ARCHIVE = 2L << 30;

    private final Path file;
    private final Voucher digest;
    private final String program;
    private final String[] others;

    /// One file.
    ///
    /// @param digest what a person gave; empty: read from `FILE.sha512`
    /// @param program what the file is where it is no archive, and must be in an archive
    /// @param others what is taken from an archive too, where it is there
    public LocalFile(Path file, Voucher digest, String program, String... others) {
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
        Path copy = verified(into);
        if (!RuntimeArchive.looksLikeOne(copy)) {
            if (Files.size(copy) > LARGEST) {
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

    /// A copy that nobody else can change, once its digest was seen to be what was promised.
    Path verified(Path into) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new InstallException(
                    Files.exists(file) ? file + " is no file" : "there is no file " + file);
        }
        long size = Files.size(file);
        if (size > LARGEST_ARCHIVE) {
            throw new InstallException(
                    "%s is larger than %d MiB, which is the most that is taken"
                            .formatted(file, LARGEST_ARCHIVE >> 20));
        }
        Room.require(into, size);
        Path copy = Files.copy(file, into.resolve("given"));
        promised().require(copy, file.toString(), digestFrom());
        return copy;
    }

    private Promised promised() throws IOException {
        Optional<Promised> given = digest.promised();
        if (given.isPresent()) {
            return given.get();
        }
        Path beside = beside();
        try (InputStream in = Files.newInputStream(beside)) {
            return Promised.parse(
                    Promised.Algorithm.SHA512,
                    new String(in.readNBytes(LARGEST_DIGEST), StandardCharsets.UTF_8),
                    beside.toString());
        } catch (NoSuchFileException _) {
            throw new InstallException(
                    "nobody vouches for %s: give its digest with --sha512 or --sha256, or put its SHA-512 into %s"
                            .formatted(file, beside));
        }
    }

    private String digestFrom() {
        return digest.hex().isEmpty() ? beside().toString() : digest.flag();
    }

    private Path beside() {
        return file.resolveSibling(file.getFileName() + ".sha512");
    }
}
