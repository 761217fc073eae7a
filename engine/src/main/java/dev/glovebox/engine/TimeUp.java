package dev.glovebox.engine;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Does something when a time is up, unless it is closed before.
final class TimeUp implements AutoCloseable {
    private final CountDownLatch ended = new CountDownLatch(1);
    private final CountDownLatch fired = new CountDownLatch(1);

    /// @param limit zero for as long as it likes
    TimeUp(Duration limit, Runnable then) {
        if (!limit.isZero()) {
            Thread.ofVirtual().name("run-timeout").start(() -> await(limit, then));
        }
    }

    private void await(Duration limit, Runnable then) {
        try {
            if (!ended.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                fired.countDown();
                then.run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Whether it came to that.
    boolean fired() {
        return fired.getCount() == 0;
    }

    @Override
    public void close() {
        ended.countDown();
    }
}
