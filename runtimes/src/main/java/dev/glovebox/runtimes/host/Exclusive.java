package dev.glovebox.runtimes.host;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Optional;

/// The kernel's lock on a file, which one process has at a time; given back when it is closed, and
/// when the process ends, however it ends.
public final class Exclusive implements AutoCloseable {
    private final FileChannel channel;

    private Exclusive(FileChannel channel) {
        this.channel = Objects.requireNonNull(channel, "channel");
    }

    /// Takes the lock; empty where somebody else has it, in this process or another.
    ///
    /// @param file made where it is not there; no link is followed
    public static Optional<Exclusive> on(Path file) throws IOException {
        FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        LinkOption.NOFOLLOW_LINKS);
        if (isTaken(channel)) {
            channel.close();
            return Optional.empty();
        }
        return Optional.of(new Exclusive(channel));
    }

    private static boolean isTaken(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() == null;
        } catch (OverlappingFileLockException e) {
            return true; // by this very process
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
