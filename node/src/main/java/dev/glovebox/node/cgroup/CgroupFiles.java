package dev.glovebox.node.cgroup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/// Reading and writing of single cgroup files.
final class CgroupFiles {
    private CgroupFiles() {}

    static void write(Path file, String value) {
        try {
            Files.writeString(file, value, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new CgroupException("writing " + value + " to", file, e);
        }
    }

    static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file).strip());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new CgroupException("reading", file, e);
        }
    }

    /// The number behind a name in a file of lines such as `oom_kill 1`; 0 where there is none.
    static long counter(Path file, String name) {
        return read(file).stream()
                .flatMap(String::lines)
                .map(line -> line.split(" ", -1))
                .filter(words -> words.length == 2 && words[0].equals(name))
                .mapToLong(words -> Long.parseLong(words[1]))
                .findFirst()
                .orElse(0);
    }

    /// The number that is all of a file; empty where there is no such file.
    static OptionalLong number(Path file) {
        return read(file).stream().mapToLong(Long::parseLong).findFirst();
    }

    /// The number behind a name and a colon, as in `MemFree: 1024 kB`; 0 where there is none.
    static long field(Path file, String name) {
        return read(file).stream()
                .flatMap(String::lines)
                .map(line -> line.split(":? +", -1))
                .filter(words -> words.length > 1 && words[0].equals(name))
                .mapToLong(words -> Long.parseLong(words[1]))
                .findFirst()
                .orElse(0);
    }

    static void makeDirectory(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new CgroupException("making cgroup", directory, e);
        }
    }

    /// A cgroup and all below it, the deepest first; empty if it does not exist.
    static List<Path> tree(Path directory) {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        try (Stream<Path> found = Files.walk(directory)) {
            return found.filter(path -> Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                    .sorted(Comparator.reverseOrder())
                    .toList();
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof NoSuchFileException) {
                return tree(directory);
            }
            throw new CgroupException("listing", directory, e);
        } catch (IOException e) {
            throw new CgroupException("listing", directory, e);
        }
    }

    /// Names of the cgroups right below one; empty if it does not exist. Their files are not looked
    /// at one by one: a hierarchy has dozens in each cgroup.
    static List<String> children(Path directory, String prefix) {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, prefix + "*")) {
            List<String> names = new ArrayList<>();
            for (Path each : found) {
                names.add(each.getFileName().toString());
            }
            return names;
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        } catch (DirectoryIteratorException | IOException e) {
            throw new CgroupException("listing", directory, e);
        }
    }

    static void removeDirectory(Path directory) {
        try {
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            throw new CgroupException("removing cgroup", directory, e);
        }
    }
}
