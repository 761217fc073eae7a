package dev.glovebox.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// The process's own standard streams, as the kernel has them.
final class Streams {
    static final int IN = 0;
    static final int OUT = 1;
    static final int ERR = 2;

    private Streams() {}

    /// Standard output without Java's buffers and encodings: a container's bytes are not text.
    static OutputStream out() {
        return new FileOutputStream(FileDescriptor.out);
    }

    static OutputStream err() {
        return new FileOutputStream(FileDescriptor.err);
    }

    /// Whether a descriptor of this process is a terminal.
    static boolean terminal(int descriptor) {
        try {
            var target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
            return target.startsWith("/dev/pts/")
                    || target.startsWith("/dev/tty")
                    || target.equals("/dev/console");
        } catch (IOException closed) {
            return false;
        }
    }
}
