package dev.glovebox.engine;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The lock on a data directory: one engine, or one purge, at a time. The kernel gives it back when
/// the process ends, however it ends.
///
/// The kernel's lock is the process's, not the channel's: closing any other channel of the same
/// file gives it back too (fcntl(2)). Within one process a set therefore says who has it, before
/// the file is opened.
final class EngineLock implements AutoCloseable {
    private static final Set<Path> TAKEN_HERE = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;

    private EngineLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /// Takes the lock.
    ///
    /// @param file its directory exists
    /// @throws EngineException where somebody else has it, in this process or another
    static EngineLock take(Path file) throws IOException {
        Path real =
                file.toAbsolutePath().resolveSibling(".").toRealPath().resolve(file.getFileName());
        if (!TAKEN_HERE.add(real)) {
            throw taken(real);
        }
        @Nullable FileChannel channel = null;
        try {
            channel =
                    FileChannel.open(
                            real,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE,
                            LinkOption.NOFOLLOW_LINKS);
            if (channel.tryLock() == null) {
                throw taken(real);
            }
            return new EngineLock(real, channel);
        } catch (IOException | RuntimeException e) {
            release(real, channel);
            throw e;
        }
    }

    private static EngineException taken(Path file) {
        return new EngineException(
                "the data directory %s is in use by another engine; stop it with: sudo ./glovebox down --data-dir %s"
                        .formatted(file.getParent(), file.getParent()));
    }

    private static void release(Path file, @Nullable FileChannel channel) throws IOException {
        try {
            if (channel != null) {
                channel.close();
            }
        } finally {
            TAKEN_HERE.remove(file);
        }
    }

    @Override
    public void close() throws IOException {
        release(file, channel);
    }
}
