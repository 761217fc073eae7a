package dev.glovebox.engine;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// The lock on a data directory: one engine, or one purge, at a time. The kernel gives it back when
/// the process ends, however it ends.
final class EngineLock implements AutoCloseable {
    private final FileChannel channel;

    private EngineLock(FileChannel channel) {
        this.channel = channel;
    }

    /// Takes the lock.
    ///
    /// @param file its directory exists
    /// @throws EngineException where another process has it
    static EngineLock take(Path file) throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock();
        if (lock == null) {
            channel.close();
            throw new EngineException(
                    "the data directory "
                            + file.getParent()
                            + " is in use by another engine; stop it with: sudo ./glovebox down"
                            + " --data-dir "
                            + file.getParent());
        }
        return new EngineLock(channel);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
