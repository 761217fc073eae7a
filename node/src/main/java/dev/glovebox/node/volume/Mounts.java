package dev.glovebox.node.volume;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/// The machine's mounts, by its own programs.
public final class Mounts {
    private static final String DEVICE = "unix:dev";

    /// Mounts memory as a file system.
    ///
    /// @param options of tmpfs(5), comma separated
    void tmpfs(Path at, String options) {
        run("mount", "-t", "tmpfs", "-o", options, "tmpfs", at.toString());
    }

    /// Whether something is mounted at that path.
    boolean isMounted(Path at) {
        return under(at).contains(at);
    }

    /// Whether a file system of its own begins at a directory, as its device tells. Needs no look
    /// at all mounts of the machine, of which there are some for each pod; does not see what is
    /// bound from the same file system.
    boolean isFileSystem(Path directory) throws IOException {
        Path above = Objects.requireNonNull(directory.getParent());
        return !Files.getAttribute(directory, DEVICE, LinkOption.NOFOLLOW_LINKS)
                .equals(Files.getAttribute(above, DEVICE, LinkOption.NOFOLLOW_LINKS));
    }

    /// Takes every mount at or below a path away, the innermost first.
    public void removeUnder(Path root) {
        under(root).forEach(at -> run("umount", at.toString()));
    }

    /// Every mount at or below a path, the innermost first.
    public List<Path> under(Path root) {
        try (var lines = Files.lines(Path.of("/proc/self/mounts"))) {
            return lines.map(line -> Path.of(unescaped(line.split(" ", -1)[1])))
                    .filter(at -> at.startsWith(root))
                    .sorted(Comparator.comparingInt(Path::getNameCount).reversed())
                    .toList();
        } catch (IOException e) {
            throw new VolumeException("cannot read the machine's mounts", e);
        }
    }

    private static String unescaped(String path) {
        return path.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\");
    }

    /// Runs one of the machine's programs.
    ///
    /// @throws VolumeException with what it says when it fails
    static void run(String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            if (code != 0) {
                throw new VolumeException(
                        String.join(" ", command) + " ended with " + code + ": " + output.strip());
            }
        } catch (IOException e) {
            throw new VolumeException(command[0] + " could not be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VolumeException(command[0] + " was interrupted", e);
        }
    }
}
