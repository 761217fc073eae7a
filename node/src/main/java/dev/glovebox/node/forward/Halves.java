package dev.glovebox.node.forward;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Streams of which the other one, that belongs to it, has not come yet. Whoever waits too long is
/// reset, and when there are too many of them the first to have come.
///
/// Concurrency: one thread adds and takes, another one watches the time.
final class Halves {
    private static final Logger LOG = LoggerFactory.getLogger(Halves.class);

    private final int most;
    private final Duration patience;

    /// By the request that they are for and their type, the first to have come first.
    @GuardedBy("this")
    private final SequencedMap<Key, Half> waiting = new LinkedHashMap<>();

    private record Key(String request, String type) {}

    private record Half(SpdyStream stream, long end) {}

    /// @param most that wait at a time
    /// @param patience with each of them
    Halves(int most, Duration patience) {
        this.most = most;
        this.patience = patience;
    }

    /// The stream of that type for a request, which waits no more; empty where none does.
    synchronized Optional<SpdyStream> take(String request, String type) {
        waiting.values().removeIf(each -> each.stream().isBroken());
        return Optional.ofNullable(waiting.remove(new Key(request, type))).map(Half::stream);
    }

    /// Has a stream wait. Whether it may: there must not be another one of its type for a request.
    boolean add(String request, String type, SpdyStream stream) {
        Half half = new Half(stream, System.nanoTime() + patience.toNanos());
        Optional<SpdyStream> tooMany;
        synchronized (this) {
            if (waiting.putIfAbsent(new Key(request, type), half) != null) {
                return false;
            }
            tooMany = waiting.size() > most ? first() : Optional.empty();
            notifyAll();
        }
        tooMany.ifPresent(Halves::reset);
        return true;
    }

    /// Resets whoever waits too long, until this thread is interrupted.
    void watch() {
        try {
            while (true) {
                reset(late());
            }
        } catch (InterruptedException e) {
            LOG.atTrace().setCause(e).log("nobody waits any more");
        }
    }

    private synchronized SpdyStream late() throws InterruptedException {
        while (true) {
            if (waiting.isEmpty()) {
                wait();
                continue;
            }
            long end = waiting.values().iterator().next().end();
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return first().orElseThrow();
            }
            wait(left);
        }
    }

    @GuardedBy("this")
    private Optional<SpdyStream> first() {
        return Optional.ofNullable(waiting.pollFirstEntry()).map(each -> each.getValue().stream());
    }

    private static void reset(SpdyStream stream) {
        try {
            stream.reset();
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("a forwarding client has gone");
        }
    }
}
