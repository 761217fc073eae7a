package dev.glovebox.engine;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Has the engine end in order when its process is told to end: SIGTERM, SIGINT.
///
/// The JVM halts when its hooks have returned. Ours therefore waits until whoever runs the engine
/// has closed this, and not for that thread's end: it may call `System.exit`, which never returns
/// while hooks run.
final class ShutdownHook implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ShutdownHook.class);
    private static final long LONGEST_CLOSE_SECONDS = 60;

    private final Runnable stop;
    private final CountDownLatch ended = new CountDownLatch(1);

    private ShutdownHook(Runnable stop) {
        this.stop = stop;
    }

    /// Installs it, for the rest of the process.
    ///
    /// @param stop has the engine end, soon; called on a thread of the JVM's, perhaps after the end
    static ShutdownHook install(Runnable stop) {
        ShutdownHook hook = new ShutdownHook(stop);
        Runtime.getRuntime().addShutdownHook(new Thread(hook::run, "signalled"));
        return hook;
    }

    private void run() {
        stop.run();
        try {
            if (!ended.await(LONGEST_CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.atWarn().log("the engine has not closed in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// The engine is closed: the process may end.
    @Override
    public void close() {
        ended.countDown();
    }
}
