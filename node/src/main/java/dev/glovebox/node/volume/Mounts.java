package dev.glovebox.node.volume;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/// The machine's mounts, by the kernel's own calls: a program for each would cost a pod's start
/// some milliseconds.
public final class Mounts {
    private static final String DEVICE = "unix:dev";

    /// Mounts memory as a file system.
    ///
    /// @param options of tmpfs(5), comma separated
    void memory(Path at, String options) {
        carryOut("mount memory with " + options, at, () -> SystemCalls.memory(at, options));
    }

    /// Mounts memory for data alone: nothing in it is a device or runs as somebody else.
    ///
    /// @param options of tmpfs(5), comma separated
    void memoryOfData(Path at, String options) {
        carryOut("mount memory with " + options, at, () -> SystemCalls.memoryOfData(at, options));
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
        under(root).forEach(at -> carryOut("unmount", at, () -> SystemCalls.unmount(at)));
    }

    private interface Call {
        void carryOut() throws SystemCalls.Refusal;
    }

    private static void carryOut(String what, Path at, Call call) {
        try {
            call.carryOut();
        } catch (SystemCalls.Refusal e) {
            throw new VolumeException("cannot %s: %s: %s".formatted(what, at, e.getMessage()), e);
        }
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
}
