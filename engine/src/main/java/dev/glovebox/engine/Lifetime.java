package dev.glovebox.engine;

import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How far a program is that people start and stop: an engine, or the agent of a node. Any thread.
final class Lifetime {
    private static final Logger LOG = LoggerFactory.getLogger(Lifetime.class);

    private final String program;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile Stage stage = new Stage.Starting("starting");

    /// @param program what it is, for messages: `engine` or `agent`
    Lifetime(String program) {
        this.program = program;
    }

    Stage stage() {
        return stage;
    }

    /// It does this now, to become what it is to be.
    ///
    /// @throws EngineException where somebody wants it to stop by now
    void doing(String what) {
        if (stopping.getCount() == 0) {
            throw new EngineException(
                    "the %s was told to stop while it was starting, before %s"
                            .formatted(program, what));
        }
        stage = new Stage.Starting(what);
        LOG.atInfo().addKeyValue("what", what).log("starting");
    }

    /// Everything runs.
    void running(Stage.Running parts) {
        stage = parts;
    }

    /// It closes its parts.
    void closing() {
        stage = new Stage.Stopping();
    }

    /// Somebody wants it to end, soon.
    void stop() {
        stopping.countDown();
    }

    /// Waits until somebody wants it to end.
    void awaitStop() throws InterruptedException {
        stopping.await();
    }
}
