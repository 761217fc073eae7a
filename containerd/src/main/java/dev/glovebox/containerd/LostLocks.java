package dev.glovebox.containerd;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Removes lock files that gVisor left of containers that are gone; of other runtimes nothing is
/// touched. A container that lives has its state beside its lock, and one that is being made will
/// have it soon.
public final class LostLocks {
    private static final Logger log = LoggerFactory.getLogger(LostLocks.class);
    private static final String LOCK = ".lock";

    /// By gVisor's name for a container's files: its id and its sandbox's.
    private static final String LOCKS = "*_sandbox:*" + LOCK;

    /// Far longer than gVisor took to start a container wherever that was measured.
    private static final Duration OLD = Duration.ofSeconds(15);

    private final List<Path> roots;
    private final Clock clock;

    /// Looks after what the runtimes of one containerd leave.
    public LostLocks(ContainerdProcess containerd, Clock clock) {
        this(containerd.runtimeRoots(), clock);
    }

    /// @param roots where runtimes keep their state; may be missing
    LostLocks(List<Path> roots, Clock clock) {
        this.roots = List.copyOf(roots);
        this.clock = clock;
    }

    /// Looks once.
    ///
    /// @throws UncheckedIOException when one cannot be removed
    public void round() {
        Instant old = clock.instant().minus(OLD);
        for (Path root : roots) {
            Path containers = root.resolve("k8s.io");
            if (Files.isDirectory(containers, LinkOption.NOFOLLOW_LINKS)) {
                removeIn(containers, old);
            }
        }
    }

    private static void removeIn(Path containers, Instant old) {
        try (DirectoryStream<Path> locks = Files.newDirectoryStream(containers, LOCKS)) {
            for (Path lock : locks) {
                if (isLost(lock, old) && Files.deleteIfExists(lock)) {
                    log.atInfo().addKeyValue("file", lock).log("a lock without a container");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("locks in " + containers, e);
        }
    }

    private static boolean isLost(Path lock, Instant old) throws IOException {
        String name = lock.getFileName().toString();
        Path state =
                lock.resolveSibling(name.substring(0, name.length() - LOCK.length()) + ".state");
        return Files.isRegularFile(lock, LinkOption.NOFOLLOW_LINKS)
                && !Files.exists(state, LinkOption.NOFOLLOW_LINKS)
                && Files.getLastModifiedTime(lock, LinkOption.NOFOLLOW_LINKS)
                        .toInstant()
                        .isBefore(old);
    }
}
