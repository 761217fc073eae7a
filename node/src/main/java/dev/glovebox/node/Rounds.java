package dev.glovebox.node;

import java.time.Duration;
import java.util.function.Supplier;

/// One piece of work that is done again and again, on a virtual thread of its own.
final class Rounds implements AutoCloseable {
    private final Pause pause = new Pause();
    private final Thread thread;

    /// Work that does not begin yet.
    ///
    /// @param name of the thread
    /// @param first how long to wait before the first round; nothing for one at once
    /// @param round does the work and says how long to wait before it is done again
    Rounds(String name, Duration first, Supplier<Duration> round) {
        this.thread =
                Thread.ofVirtual()
                        .name(name)
                        .unstarted(() -> {
                            Duration rest = first;
                            while (pause.elapses(rest)) {
                                rest = round.get();
                            }
                        });
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
