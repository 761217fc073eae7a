package dev.glovebox.node.log;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// One reading of one container's log. The thread that calls [#copy] reads; any thread may [#close]
/// it, which ends a following reader.
///
/// Files are polled, not watched: an inotify instance a reader would run into the kernel's limit of
/// 128 a user.
public final class ContainerLogs implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(20);

    private final Path file;
    private final LogQuery query;
    private final CountDownLatch closed = new CountDownLatch(1);

    /// A reading of `file`, the log's present name; rotated files beside it are not read.
    public ContainerLogs(Path file, LogQuery query) {
        this.file = file;
        this.query = query;
    }

    /// Copies what the query asks for to the two streams, which may be the same. Returns at the end
    /// of the log, or, when following, once `ended` was true before the last line was read, or
    /// after [#close].
    ///
    /// @param ended whether the runtime has written all of the container's output: CRI's state is
    ///   EXITED, which containerd sets only after the log is complete
    /// @throws IOException when the log cannot be read, or a stream takes no more
    public void copy(BooleanSupplier ended, OutputStream out, OutputStream err) throws IOException {
        Output output = new Output(query, out, err);
        LogFile log = LogFile.open(file);
        try {
            if (query.tailLines().isPresent()) {
                log.seekToTail(query.tailLines().getAsLong());
            }
            log = follow(log, ended, output);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } finally {
            log.close();
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }

    private LogFile follow(LogFile first, BooleanSupplier ended, Output output) throws IOException {
        LogFile log = first;
        while (true) {
            boolean complete = !query.follow() || ended.getAsBoolean();
            boolean rotated = log.isReplacedAt(file);
            boolean found = log.readLines(output::write);
            output.flush();
            if (output.isFull()) {
                return log;
            }
            if (rotated) {
                log.close();
                log = LogFile.open(file);
            } else if (complete || (!found && pausesAndIsClosed())) {
                return log;
            }
        }
    }

    private boolean pausesAndIsClosed() {
        try {
            return closed.await(POLL.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /// The streams, with what the query wants of each line and the limit over all.
    private static final class Output {
        private final LogQuery query;
        private final OutputStream out;
        private final OutputStream err;
        private long left;

        Output(LogQuery query, OutputStream out, OutputStream err) {
            this.query = query;
            this.out = out;
            this.err = err;
            this.left = query.limitBytes().orElse(Long.MAX_VALUE);
        }

        void write(LogLine line) {
            if (query.since().isPresent() && !line.isFrom(query.since().get())) {
                return;
            }
            OutputStream target = line.error() ? err : out;
            try {
                if (query.timestamps()) {
                    write(target, (line.time() + " ").getBytes(StandardCharsets.US_ASCII));
                }
                write(target, line.content());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        boolean isFull() {
            return left <= 0;
        }

        void flush() throws IOException {
            out.flush();
            err.flush();
        }

        private void write(OutputStream target, byte[] bytes) throws IOException {
            int size = (int) Math.min(left, bytes.length);
            target.write(bytes, 0, size);
            left -= size;
        }
    }
}
