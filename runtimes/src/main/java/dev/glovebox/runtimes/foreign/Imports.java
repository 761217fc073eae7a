package dev.glovebox.runtimes.foreign;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// What a configuration's `imports` lead to: paths and patterns, relative to the file that has
/// them.
record Imports(List<Path> patterns) {
    /// Go's patterns and Java's mean the same as long as only these are used.
    private static final Pattern PLAIN = Pattern.compile("[^\\[\\]{}\\\\?*]*");

    Imports {
        patterns = List.copyOf(patterns);
    }

    /// Those of a file.
    static Imports of(ConfigFile file) {
        List<Path> patterns = new ArrayList<>();
        for (JsonNode each : file.tree().path("imports")) {
            if (each.isTextual() && !each.textValue().isEmpty()) {
                patterns.add(file.path().resolveSibling(each.textValue()).normalize());
            }
        }
        return new Imports(patterns);
    }

    /// Where a file of that name would be imported from; empty where none would.
    Optional<Path> placeFor(String name) {
        return patterns.stream()
                .filter(pattern -> isDirectory(pattern))
                .filter(pattern ->
                        FileSystems.getDefault()
                                .getPathMatcher("glob:" + pattern.getFileName())
                                .matches(Path.of(name)))
                .map(pattern -> pattern.resolveSibling(name))
                .findFirst();
    }

    /// The files that are there, in containerd's order.
    List<Path> files() {
        List<Path> found = new ArrayList<>();
        for (Path pattern : patterns) {
            found.addAll(isDirectory(pattern) ? matches(pattern) : existing(pattern));
        }
        return found;
    }

    private static boolean isDirectory(Path pattern) {
        Path directory = pattern.getParent();
        Path name = pattern.getFileName();
        return directory != null
                && name != null
                && PLAIN.matcher(directory.toString()).matches()
                && name.toString().contains("*")
                && PLAIN.matcher(name.toString().replace("*", "")).matches();
    }

    private static List<Path> matches(Path pattern) {
        Path directory = pattern.getParent();
        if (directory == null || !Files.isDirectory(directory)) {
            return List.of();
        }
        try (var files =
                Files.newDirectoryStream(directory, String.valueOf(pattern.getFileName()))) {
            List<Path> sorted = new ArrayList<>();
            files.forEach(sorted::add);
            sorted.removeIf(file -> !Files.isRegularFile(file));
            sorted.sort(null);
            return sorted;
        } catch (IOException e) {
            throw ConfigurationRefused.io("cannot list " + directory, e);
        }
    }

    private static List<Path> existing(Path pattern) {
        return Files.isRegularFile(pattern) ? List.of(pattern) : List.of();
    }
}
