package dev.glovebox.node.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// An open log file, read forward line by line. Links are not followed: the directory is ours, but
/// the names in it come from pods.
final class LogFile implements AutoCloseable {
    private static final int CHUNK = 64 << 10;

    /// containerd cuts lines at 16 KiB; whatever is longer than this was not written by it.
    private static final int LONGEST_LINE = 1 << 20;

    private final SeekableByteChannel channel;
    private final Object identity;
    private byte[] pending = new byte[CHUNK];
    private int length;

    private LogFile(SeekableByteChannel channel, Object identity) {
        this.channel = channel;
        this.identity = identity;
    }

    static LogFile open(Path path) throws IOException {
        FileChannel channel =
                FileChannel.open(path, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
        try {
            return new LogFile(channel, identityOf(path));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /// Whether `path` is another file by now: the log was rotated.
    boolean isReplacedAt(Path path) throws IOException {
        try {
            return !identityOf(path).equals(identity);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /// Places the reader before the last `lines` lines.
    void seekToTail(long lines) throws IOException {
        long position = channel.size();
        long left = lines;
        ByteBuffer block = ByteBuffer.allocate(CHUNK);
        boolean last = true;
        while (position > 0) {
            int size = (int) Math.min(CHUNK, position);
            block.clear().limit(size);
            readFully(position - size, block);
            for (int i = size - 1; i >= 0; i--) {
                if (block.get(i) == '\n' && !last && --left < 0) {
                    break;
                }
                if (left == 0 && block.get(i) == '\n') {
                    channel.position(position - size + i + 1L);
                    return;
                }
                last = false;
            }
            position -= size;
        }
        channel.position(0);
    }

    /// Hands over all whole lines up to the present end of the file.
    ///
    /// @return whether there was anything
    boolean readLines(Consumer<LogLine> reader) throws IOException {
        boolean found = false;
        while (fill()) {
            found = true;
            int start = 0;
            for (int i = 0; i < length; i++) {
                if (pending[i] == '\n') {
                    Optional<LogLine> line = LogLine.parse(pending, start, i);
                    line.ifPresent(reader);
                    start = i + 1;
                }
            }
            System.arraycopy(pending, start, pending, 0, length - start);
            length -= start;
        }
        return found;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private boolean fill() throws IOException {
        if (length == pending.length) {
            if (length >= LONGEST_LINE) {
                length = 0;
            } else {
                pending = Arrays.copyOf(pending, 2 * pending.length);
            }
        }
        int read = channel.read(ByteBuffer.wrap(pending, length, pending.length - length));
        if (read > 0) {
            length += read;
        }
        return read > 0;
    }

    private void readFully(long position, ByteBuffer block) throws IOException {
        channel.position(position);
        while (block.hasRemaining() && channel.read(block) >= 0) {
            // until the block is full
        }
    }

    private static Object identityOf(Path path) throws IOException {
        BasicFileAttributes attributes =
                Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        return Objects.requireNonNull(attributes.fileKey(), "file key");
    }
}
