package dev.glovebox.node.volume;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The directories that pods have on the node, and their removal.
///
/// @param pods holds one directory a pod, named by its uid
public record PodDirectories(Path pods, Mounts mounts) {
    private static final Logger LOG = LoggerFactory.getLogger(PodDirectories.class);

    /// The directory of one pod.
    Path of(String uid) {
        return pods.resolve(uid);
    }

    /// Pods that have a directory, by uid.
    public List<String> uids() {
        return list(pods).stream().map(f -> f.getFileName().toString()).toList();
    }

    /// What is in a directory, in order; nothing where it is not there.
    static List<Path> list(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (var files = Files.list(directory)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new VolumeException("cannot list " + directory, e);
        }
    }

    /// Removes everything of a pod. Idempotent.
    public void remove(String uid) {
        mounts.removeUnder(of(uid));
        removeTree(of(uid));
    }

    /// Removes a directory and all in it, following no link. Idempotent. What containers nested
    /// deeper than a path can be long is left to rm, which walks it by descriptors.
    public static void removeTree(Path root) {
        if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try {
            Files.walkFileTree(root, new Remover());
        } catch (IOException e) {
            LOG.atInfo().addKeyValue("cause", e.toString()).log("a tree is left to rm");
            run("rm", "-rf", "--one-file-system", "--", root.toString());
        }
    }

    private static final class Remover extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException error)
                throws IOException {
            if (error != null) {
                throw error;
            }
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
        }
    }

    /// Runs one of the machine's programs.
    ///
    /// @throws VolumeException with what it says when it fails
    private static void run(String... command) {
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
