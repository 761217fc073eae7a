package dev.glovebox.node.volume;

import dev.glovebox.node.volume.SystemCalls.Held;
import dev.glovebox.node.volume.SystemCalls.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Parts of volumes, for containers that mount no more than those. What is in a volume is its
/// users', who change it while we look, so no path in it is believed twice: a part is opened below
/// its volume by a call that leaves it by no link, and what was opened is what is mounted, at a
/// place of the pod's own, which the runtime is told (the kubelet's `volume-subpaths`). What the
/// host mounts in a volume is seen there, and stays where it is when the pod goes.
final class SubPaths {
    private static final Logger LOG = LoggerFactory.getLogger(SubPaths.class);
    private static final Pattern SEPARATOR = Pattern.compile("/+");

    /// The kernel may be unsure while others rename, and says so; then it is asked again.
    private static final int TRIES = 20;

    /// As many directories as are made for one path.
    private static final int DEEPEST = 256;

    private final PodDirectories directories;

    SubPaths(PodDirectories directories) {
        this.directories = directories;
    }

    /// A part of a volume for one mount of a container.
    ///
    /// @param volume name of the volume
    /// @param root where the volume lies; its links are followed
    /// @param subPath below it
    /// @param index of the mount in the container
    record Part(String uid, String volume, Path root, String subPath, String container, int index) {
        private Path target(PodDirectories directories) {
            return directories
                    .of(uid)
                    .resolve("volume-subpaths")
                    .resolve(volume)
                    .resolve(container)
                    .resolve(Integer.toString(index));
        }
    }

    /// Mounts a part, made as directories where it is missing; answers where. What an earlier
    /// container of that name had there is taken away, which its own view outlives.
    ///
    /// @throws VolumeException in the kubelet's words, which tell nothing of the host
    Path mount(Part part) {
        if (part.subPath().startsWith("/")) {
            throw new VolumeException(
                    "error SubPath `" + part.subPath() + "` must not be an absolute path");
        }
        if (SEPARATOR.splitAsStream(part.subPath()).anyMatch(".."::equals)) {
            throw new VolumeException(
                    "unable to provision SubPath `" + part.subPath() + "`: must not contain '..'");
        }
        try (Held root = SystemCalls.hold(part.root());
                Held found = found(root, part)) {
            return bind(found, part.target(directories));
        } catch (Refusal | IOException e) {
            throw failed("prepare subPath", part, e);
        }
    }

    private static Held found(Held root, Part part) throws Refusal {
        try {
            return beneath(root, relative(part.subPath()));
        } catch (Refusal e) {
            if (e.errno != SystemCalls.ENOENT) {
                throw e;
            }
        }
        try {
            make(root, part);
        } catch (Refusal | IOException e) {
            throw failed("create subPath directory", part, e);
        }
        return beneath(root, relative(part.subPath()));
    }

    /// Makes what is missing, with the mode of the volume.
    private static void make(Held root, Part part) throws Refusal, IOException {
        int mode = (Integer) Files.getAttribute(root.path(), "unix:mode") & 07777;
        String[] names = relative(part.subPath()).split("/", -1);
        if (names.length > DEEPEST) {
            throw new IOException("more than " + DEEPEST + " directories");
        }
        String above = ".";
        for (String name : names) {
            String at = above + "/" + name;
            try (Held parent = beneath(root, above)) {
                SystemCalls.makeDirectory(parent, name, mode);
                try (Held made = beneath(root, at)) {
                    if (Files.isDirectory(made.path())) {
                        Files.setAttribute(made.path(), "unix:mode", mode);
                    }
                }
            } catch (Refusal e) {
                if (e.errno != SystemCalls.EEXIST) {
                    throw e;
                }
            }
            above = at;
        }
    }

    private static Held beneath(Held root, String path) throws Refusal {
        for (int i = 1; i < TRIES; i++) {
            try {
                return SystemCalls.holdBeneath(root, path);
            } catch (Refusal e) {
                if (e.errno != SystemCalls.EAGAIN) {
                    throw e;
                }
            }
        }
        return SystemCalls.holdBeneath(root, path);
    }

    /// Without doubled separators and dots; `.` for the volume itself.
    private static String relative(String subPath) {
        String path =
                String.join(
                        "/",
                        SEPARATOR
                                .splitAsStream(subPath)
                                .filter(name -> !name.isEmpty() && !name.equals("."))
                                .toList());
        return path.isEmpty() ? "." : path;
    }

    private Path bind(Held found, Path target) throws IOException, Refusal {
        clear(target);
        Files.createDirectories(target.getParent());
        if (Files.isDirectory(found.path())) {
            Files.createDirectory(target);
        } else {
            Files.createFile(target);
        }
        SystemCalls.bind(found, target);
        return target;
    }

    /// Takes away what is mounted at a place, and the place.
    private void clear(Path target) throws IOException, Refusal {
        if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        while (directories.mounts().isMounted(target)) {
            SystemCalls.detach(target);
        }
        Files.delete(target);
    }

    private static VolumeException failed(String what, Part part, Exception cause) {
        LOG.atWarn()
                .addKeyValue("uid", part.uid())
                .addKeyValue("volume", part.volume())
                .addKeyValue("cause", String.valueOf(cause.getMessage()))
                .log("a part of a volume cannot be had");
        return new VolumeException(
                "failed to %s for volumeMount \"%s\" of container \"%s\""
                        .formatted(what, part.volume(), part.container()),
                cause);
    }
}
