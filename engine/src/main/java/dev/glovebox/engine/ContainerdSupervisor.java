package dev.glovebox.engine;

import dev.glovebox.containerd.ContainerdProcess;
import dev.glovebox.containerd.LostLocks;
import dev.glovebox.containerd.LostShims;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Starts the private containerd again when it has ended. Pods do not notice: their shims go on,
/// and the new containerd finds them. Shims that it has lost are ended, and locks that runtimes
/// left are removed. Closing it leaves containerd running.
///
/// One virtual thread looks once a second; a containerd that was adopted is no child of ours, so
/// that nobody tells us of its end.
final class ContainerdSupervisor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerdSupervisor.class);
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final int LOOKS_FOR_ONE_AT_REMAINS = 5;

    private final ContainerdProcess process;
    private final Runnable restarted;
    private final LostShims lost;
    private final LostLocks locks;
    private final CountDownLatch closed = new CountDownLatch(1);

    private ContainerdSupervisor(ContainerdProcess process, Runnable restarted) {
        this.process = process;
        this.restarted = restarted;
        this.lost = new LostShims(process);
        this.locks = new LostLocks(process, Clock.systemUTC());
    }

    /// Begins to look after a containerd that runs.
    ///
    /// @param restarted is called whenever it was started again
    static ContainerdSupervisor start(ContainerdProcess process, Runnable restarted) {
        ContainerdSupervisor supervisor = new ContainerdSupervisor(process, restarted);
        Thread.ofVirtual().name("containerd-supervisor").start(supervisor::run);
        return supervisor;
    }

    private void run() {
        try {
            for (int looks = 1; !closed.await(EVERY.toMillis(), TimeUnit.MILLISECONDS); looks++) {
                look();
                if (looks % LOOKS_FOR_ONE_AT_REMAINS == 0) {
                    attempt(lost::round, "a lost shim could not be ended; trying again");
                    attempt(locks::round, "a lost lock could not be removed; trying again");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Whatever fails here is tried again: a supervisor that ends would leave a node without its
    /// runtime.
    private void look() {
        try {
            if (process.find().isEmpty()) {
                LOG.atWarn().log("containerd has ended; starting it again");
                process.start();
                restarted.run();
            }
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("containerd does not start; trying again");
        }
    }

    private static void attempt(Runnable round, String failure) {
        try {
            round.run();
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log(failure);
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
