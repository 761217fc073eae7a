package dev.glovebox.node.dns;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Does one thing again and again, on a thread of its own. After a failure it pauses: what fails at
/// once, as it does when there are no more file descriptors, would take a processor for itself.
final class Repeated implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Repeated.class);

    private final Step step;
    private final Duration pause;
    private final CountDownLatch closed = new CountDownLatch(1);

    /// What is done; blocks where there is nothing to do.
    @FunctionalInterface
    interface Step {
        void run() throws IOException;
    }

    private Repeated(Step step, Duration pause) {
        this.step = step;
        this.pause = pause;
    }

    static Repeated start(String name, Step step, Duration pause) {
        Repeated repeated = new Repeated(step, pause);
        Thread.ofVirtual().name(name).start(repeated::run);
        return repeated;
    }

    private void run() {
        try {
            while (closed.getCount() > 0) {
                once();
            }
        } catch (InterruptedException e) {
            LOG.atDebug().setCause(e).log("interrupted");
        }
    }

    private void once() throws InterruptedException {
        try {
            step.run();
        } catch (IOException e) {
            if (!closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.atWarn().setCause(e).log("no question could be taken");
            }
        }
    }

    /// It is not done any more; one that is under way ends by itself.
    @Override
    public void close() {
        closed.countDown();
    }
}
