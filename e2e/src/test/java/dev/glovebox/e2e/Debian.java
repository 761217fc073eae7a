package dev.glovebox.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Packages of one Debian suite, downloaded and unpacked below `target/debian/SUITE` by an apt
/// configuration of its own: the system's sources, lists and packages stay as they are. The mirror
/// is the one that the system's own sources name, and apt checks the signatures.
final class Debian {
    private static final String KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";
    private final String suite;
    private final Path home;

    Debian(String suite) {
        this.suite = suite;
        this.home = Path.of("target", "debian", suite).toAbsolutePath();
    }

    /// Unpacks a package, after downloading it where that was not done before.
    ///
    /// @return the directory that stands for `/`
    Path unpacked(String name) {
        synchronized (Debian.class) {
            return unpackedAlone(name);
        }
    }

    private Path unpackedAlone(String name) {
        var root = home.resolve("root").resolve(name);
        try {
            if (Files.exists(root)) {
                return root;
            }
            var part = home.resolve("root").resolve(name + ".part");
            Command.of("rm", "-rf", part.toString()).run().ok();
            Files.createDirectories(part);
            Command.of("dpkg", "-x", downloaded(name).toString(), part.toString()).run().ok();
            return Files.move(part, root);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot unpack " + name + " of " + suite, e);
        }
    }

    /// Downloads packages and all that they depend on, but for what they only recommend.
    ///
    /// @return their files
    List<Path> withDependencies(List<String> names) {
        try {
            var wanted = new ArrayList<>(List.of("-y", "--no-install-recommends", "install"));
            wanted.addAll(names);
            var install = wanted.toArray(String[]::new);
            apt("--download-only").and(install).run().ok();
            return apt("--print-uris", "-o", "Dir::Cache::archives=" + home.resolve("none"))
                    .and(install)
                    .run()
                    .ok()
                    .lines()
                    .stream()
                    .filter(line -> line.startsWith("'"))
                    .map(line -> home.resolve("archives").resolve(line.split(" ", -1)[1]))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot download " + names + " of " + suite, e);
        }
    }

    private Path downloaded(String name) throws IOException {
        var debs = Files.createDirectories(home.resolve("deb"));
        var there = deb(debs, name);
        if (there.isEmpty()) {
            apt("download", name).in(debs).run().ok();
            there = deb(debs, name);
        }
        return there.getFirst();
    }

    private static List<Path> deb(Path debs, String name) throws IOException {
        try (Stream<Path> files = Files.list(debs)) {
            return files.filter(file -> file.getFileName().toString().startsWith(name + "_"))
                    .toList();
        }
    }

    private Command apt(String... words) throws IOException {
        var lists = home.resolve("lists");
        var sources = home.resolve("sources.list");
        var options =
                Stream.of(
                                "Dir::Etc::sourcelist=" + sources,
                                "Dir::Etc::sourceparts=-",
                                "Dir::State::lists=" + lists,
                                "Dir::Cache=" + home,
                                "Dir::State::status=/dev/null",
                                "APT::Sandbox::User=root")
                        .flatMap(option -> Stream.of("-o", option));
        var base = Stream.concat(Stream.of("apt-get", "-q"), options).toList();
        if (!Files.exists(sources)) {
            Files.createDirectories(lists.resolve("partial"));
            Files.createDirectories(home.resolve("archives/partial"));
            var part = home.resolve("sources.part");
            Files.writeString(
                    part, "deb [signed-by=%s] %s %s main\n".formatted(KEYRING, mirror(), suite));
            Command.of(base)
                    .and("-o", "Dir::Etc::sourcelist=" + part, "update")
                    .within(Duration.ofMinutes(5))
                    .run()
                    .ok();
            Files.move(part, sources);
        }
        return Command.of(base).and(words).within(Duration.ofMinutes(5));
    }

    /// The first Debian archive among the system's sources, security and backports left out.
    private static String mirror() throws IOException {
        var wanted =
                Pattern.compile("(?m)^(?:URIs:|deb(?:\\s*\\[[^]]*])?)\\s+(\\S+/debian)/?(?:\\s|$)");
        for (var file : sourceFiles()) {
            var match = wanted.matcher(Files.readString(file));
            if (match.find()) {
                return match.group(1);
            }
        }
        throw new IllegalStateException(
                "no Debian archive among apt's sources; these tests want Debian");
    }

    private static List<Path> sourceFiles() throws IOException {
        var main = Stream.of(Path.of("/etc/apt/sources.list")).filter(Files::exists);
        try (Stream<Path> parts = Files.list(Path.of("/etc/apt/sources.list.d"))) {
            var names = parts.filter(part -> endsAsSource(part.toString())).sorted().toList();
            return Stream.concat(main, names.stream()).toList();
        }
    }

    private static boolean endsAsSource(String name) {
        return Arrays.asList(".list", ".sources").stream().anyMatch(name::endsWith);
    }
}
