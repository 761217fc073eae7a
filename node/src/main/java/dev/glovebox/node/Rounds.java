package dev.glovebox.node;

import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One piece of work that is done again and again, on a virtual thread of its own. A round that
/// fails is told in the log, and the next one comes all the same.
final class Rounds implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(10);

    private final Pause pause = new Pause();
    private final Thread thread;

    /// Work that does not begin yet.
    ///
    /// @param name of the thread
    /// @param first how long to wait before the first round; nothing for one at once
    /// @param round does the work and says how long to wait before it is done again
    Rounds(String name, Duration first, Supplier<Duration> round) {
        this(name, first, AFTER_FAILURE, round);
    }

    /// Work that is done at one pace, whatever comes of it.
    ///
    /// @param first how long to wait before the first round; nothing for one at once
    /// @param pace between two rounds
    static Rounds every(String name, Duration first, Duration pace, Runnable round) {
        return new Rounds(
                name,
                first,
                () -> {
                    round.run();
                    return pace;
                });
    }

    Rounds(String name, Duration first, Duration afterFailure, Supplier<Duration> round) {
        this.thread =
                Thread.ofVirtual()
                        .name(name)
                        .unstarted(() -> {
                            Duration rest = first;
                            while (pause.elapses(rest)) {
                                rest = next(name, round, afterFailure);
                            }
                        });
    }

    private static Duration next(String name, Supplier<Duration> round, Duration afterFailure) {
        try {
            return round.get();
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue("round", name).setCause(e).log("a round failed");
            return afterFailure;
        }
    }

    void start() {
        thread.start();
    }

    /// Begins no further round; the present one comes to its end.
    @Override
    public void close() {
        pause.close();
    }
}
