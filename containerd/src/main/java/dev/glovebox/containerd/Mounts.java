package dev.glovebox.containerd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/// What is mounted below a directory.
final class Mounts {
    private Mounts() {}

    /// Mount points in or below `directory`, the deepest first.
    static List<Path> below(Path directory) {
        try {
            return below(directory, Files.readString(Path.of("/proc/self/mountinfo")));
        } catch (IOException e) {
            throw new ContainerdException("reading /proc/self/mountinfo", e);
        }
    }

    static List<Path> below(Path directory, String mountinfo) {
        return mountinfo
                .lines()
                .map(line -> line.split(" ", 6))
                .filter(fields -> fields.length > 5)
                .map(fields -> Path.of(unescape(fields[4])))
                .filter(point -> point.startsWith(directory))
                .sorted(Comparator.comparingInt(Path::getNameCount).reversed())
                .toList();
    }

    /// Unmounts everything in or below `directory`.
    static void unmountBelow(Path directory) {
        for (Path point : below(directory)) {
            Commands.run(List.of("umount", "--lazy", "--no-canonicalize", point.toString()));
        }
    }

    /// mountinfo writes blanks and backslashes as octal numbers (proc(5)).
    private static String unescape(String text) {
        return text.replace("\\040", " ")
                .replace("\\011", "\t")
                .replace("\\012", "\n")
                .replace("\\134", "\\");
    }
}
