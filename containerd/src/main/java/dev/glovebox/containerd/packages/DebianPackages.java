package dev.glovebox.containerd.packages;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Debian's packages, downloaded from the mirror that the machine's own sources name and unpacked
/// beside the system, which stays as it is: no source, list, package or file of it changes.
///
/// apt does the work under a configuration of its own: lists, cache and sources lie below the
/// directory given, signatures must be good, and only what says that its origin is Debian is taken.
/// The system's proxies and its keys hold. One thread at a time.
///
/// Layout below the directory: `apt/SUITE/` (lists, configuration), `SUITE/NAME_VERSION/`
/// (unpacked), `SUITE/NAME` (a link to the newest unpacked).
public final class DebianPackages {
    private static final Duration UPDATE = Duration.ofMinutes(3);
    private static final Duration DOWNLOAD = Duration.ofMinutes(5);
    private static final Duration UNPACK = Duration.ofMinutes(2);
    private static final Pattern SUITE = Pattern.compile("[a-z][a-z0-9.-]*");
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9+.-]+");

    private final Path directory;
    private final Path etcApt;

    /// Keeps everything below `directory` and reads the sources that `etcApt`, normally `/etc/apt`,
    /// names. Touches nothing yet.
    public DebianPackages(Path directory, Path etcApt) {
        this.directory = Objects.requireNonNull(directory, "directory").toAbsolutePath();
        this.etcApt = Objects.requireNonNull(etcApt, "etcApt");
    }

    /// The package as an earlier [#fetch(String, String)] unpacked it. Asks no mirror.
    public synchronized Optional<UnpackedPackage> unpacked(String suite, String name) {
        Path link = directory.resolve(checked(SUITE, suite)).resolve(checked(NAME, name));
        try {
            if (!Files.isDirectory(link)) {
                return Optional.empty();
            }
            Path root = link.toRealPath();
            String version =
                    root.getFileName().toString().substring(name.length() + 1).replace('%', ':');
            return Optional.of(new UnpackedPackage(suite, name, version, root));
        } catch (IOException e) {
            throw new PackageException("cannot read " + link, e);
        }
    }

    /// The newest version of the package that the suite has on the mirror, downloaded and unpacked
    /// where that was not done before.
    ///
    /// @param suite a suite of Debian: `bookworm`, `bookworm-backports`, `trixie`
    /// @throws PackageException if the machine names no Debian archive, the mirror cannot be
    ///   reached, a signature is bad, or the suite has no such package
    public synchronized UnpackedPackage fetch(String suite, String name) {
        checked(SUITE, suite);
        checked(NAME, name);
        try {
            Path apt = configure(suite);
            apt(apt, suite, name, UPDATE, List.of("update"));
            Path incoming = emptyDirectory(apt.resolve("incoming"));
            apt(incoming, apt, suite, name, DOWNLOAD, List.of("download", name));
            return unpack(suite, name, onlyFile(incoming, name, suite));
        } catch (IOException e) {
            throw new PackageException(
                    "cannot keep package " + name + " of " + suite + " below " + directory, e);
        }
    }

    private Path configure(String suite) throws IOException {
        Path apt = directory.resolve("apt").resolve(suite);
        Files.createDirectories(apt.resolve("lists/partial"));
        Files.createDirectories(apt.resolve("cache/archives/partial"));
        Path parts = emptyDirectory(apt.resolve("sources.list.d"));
        Files.writeString(
                parts.resolve("debian.sources"),
                String.join("\n", sourcesFor(suite).stream().map(AptSource::stanza).toList()));
        Files.writeString(apt.resolve("status"), "");
        Files.writeString(apt.resolve("preferences"), AptConfiguration.PREFERENCES);
        Files.writeString(apt.resolve("apt.conf"), AptConfiguration.text(apt));
        return apt;
    }

    private List<AptSource> sourcesFor(String suite) {
        List<AptSource> all =
                AptSources.read(etcApt).stream()
                        .filter(source -> source.components().contains("main"))
                        .toList();
        List<AptSource> debians = all.stream().filter(AptSource::namesDebiansKeyring).toList();
        List<AptSource> known = debians.isEmpty() ? all : debians;
        List<AptSource> chosen = new ArrayList<>();
        for (AptSource source : known) {
            List<String> suites = source.suitesOf(suite);
            if (!suites.isEmpty()) {
                chosen.add(source.forSuites(suites));
            }
        }
        if (chosen.stream().noneMatch(source -> source.suites().contains(suite))) {
            known.stream()
                    .filter(AptSource::isMainArchive)
                    .map(source -> source.forSuites(List.of(suite)))
                    .distinct()
                    .forEach(chosen::add);
        }
        if (chosen.isEmpty()) {
            throw new PackageException(
                    "the apt sources below "
                            + etcApt
                            + " name no Debian archive from which "
                            + suite
                            + " could be read");
        }
        return chosen;
    }

    private static void apt(
            Path apt, String suite, String name, Duration limit, List<String> arguments) {
        apt(apt, apt, suite, name, limit, arguments);
    }

    private static void apt(
            Path directory,
            Path apt,
            String suite,
            String name,
            Duration limit,
            List<String> arguments) {
        List<String> command =
                new ArrayList<>(List.of("apt-get", "-q", "-c", apt.resolve("apt.conf").toString()));
        command.addAll(arguments);
        Programs.Ran ran = Programs.run(directory, limit, command);
        if (ran.exitCode() != 0) {
            throw new PackageException(
                    "cannot get package "
                            + name
                            + " of "
                            + suite
                            + ": apt-get "
                            + arguments.getFirst()
                            + " says: "
                            + ran.lastWords());
        }
    }

    private UnpackedPackage unpack(String suite, String name, Path archive) throws IOException {
        String version = field(archive, "Version");
        Path suiteDirectory = Files.createDirectories(directory.resolve(suite));
        // A version has no slash (deb-version(7)); an epoch's colon is fine in a file's name, but
        // not
        // in PATH, into which directories of unpacked programs go.
        Path root = suiteDirectory.resolve(name + "_" + version.replace(':', '%'));
        if (!Files.isDirectory(root)) {
            Path fresh = emptyDirectory(suiteDirectory.resolve("." + name + ".unpacking"));
            Programs.Ran ran =
                    Programs.run(
                            suiteDirectory,
                            UNPACK,
                            List.of("dpkg-deb", "-x", archive.toString(), fresh.toString()));
            if (ran.exitCode() != 0) {
                throw new PackageException("cannot unpack " + archive + ": " + ran.lastWords());
            }
            Files.move(fresh, root, StandardCopyOption.ATOMIC_MOVE);
        }
        Path link = suiteDirectory.resolve("." + name + ".link");
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, root.getFileName());
        Files.move(
                link,
                suiteDirectory.resolve(name),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        Files.delete(archive);
        return new UnpackedPackage(suite, name, version, root);
    }

    private String field(Path archive, String field) {
        Programs.Ran ran =
                Programs.run(
                        directory, UNPACK, List.of("dpkg-deb", "-f", archive.toString(), field));
        String value = ran.output().strip();
        if (ran.exitCode() != 0 || value.isEmpty() || value.indexOf('/') >= 0) {
            throw new PackageException(
                    archive + " names no usable " + field + ": " + ran.lastWords());
        }
        return value;
    }

    private static Path onlyFile(Path directory, String name, String suite) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> archives = files.filter(file -> file.toString().endsWith(".deb")).toList();
            if (archives.size() != 1) {
                throw new PackageException(
                        "apt-get said that it downloaded "
                                + name
                                + " of "
                                + suite
                                + ", but left "
                                + archives.size()
                                + " archives");
            }
            return archives.getFirst();
        }
    }

    private static Path emptyDirectory(Path path) throws IOException {
        if (Files.exists(path)) {
            try (Stream<Path> tree = Files.walk(path)) {
                for (Path file : tree.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        return Files.createDirectories(path);
    }

    private static String checked(Pattern pattern, String value) {
        if (!pattern.matcher(value).matches()) {
            throw new IllegalArgumentException("not a name of Debian's: " + value);
        }
        return value;
    }
}
