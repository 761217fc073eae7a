package dev.glovebox.runtimes.check;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Objects;

/// The file to which a sandbox of `check` notes the system calls that it refuses, in its pod's
/// directory of logs. The launcher names it to runsc; the sandbox holds it open for appending.
public final class RefusedCallsFile {
    /// Its name; the launcher's `bundle.c` has it too.
    public static final String NAME = "refused-calls.log";

    /// More is not written by a gVisor that is sound: 500 entries of 400 bytes.
    private static final int MOST = 1 << 20;

    private final Path file;

    /// @param podLogs the pod's directory of logs
    public RefusedCallsFile(Path podLogs) {
        this.file = Objects.requireNonNull(podLogs, "podLogs").resolve(NAME);
    }

    /// Whether the sandbox has written more than is read: it may be ended then.
    public boolean tooLarge() throws IOException {
        try {
            return attributes().size() > MOST;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /// Reads it.
    ///
    /// @throws NoSuchFileException where the runtime made none, so that nothing is known
    /// @throws IOException where it is no regular file, or cannot be read
    public RefusedCalls read() throws IOException {
        if (!attributes().isRegularFile()) {
            throw new IOException(file + " is no regular file");
        }
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            byte[] bytes = in.readNBytes(MOST + 1);
            return RefusedCalls.of(
                    Arrays.copyOf(bytes, Math.min(bytes.length, MOST)), bytes.length <= MOST);
        }
    }

    private BasicFileAttributes attributes() throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }
}
