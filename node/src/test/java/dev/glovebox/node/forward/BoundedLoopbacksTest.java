package dev.glovebox.node.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.testkit.Await;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BoundedLoopbacksTest {
    private final CountDownLatch held = new CountDownLatch(1);
    private final AtomicInteger now = new AtomicInteger();

    private BoundedLoopbacks bounded(int most, Duration patience) {
        return new BoundedLoopbacks(_ -> Optional.of(_ -> slow()), most, patience);
    }

    private SocketChannel slow() throws IOException {
        now.incrementAndGet();
        try {
            held.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        now.decrementAndGet();
        return SocketChannel.open();
    }

    private static void dial(BoundedLoopbacks loopbacks, String sandbox) throws IOException {
        loopbacks.of(sandbox).orElseThrow().dial(80).close();
    }

    private static Thread dialling(BoundedLoopbacks loopbacks, String sandbox) {
        return Thread.ofVirtual()
                .start(() -> {
                    try {
                        dial(loopbacks, sandbox);
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                });
    }

    @Test
    void few_are_connected_to_at_a_time_and_more_are_refused_in_words() throws Exception {
        var loopbacks = bounded(2, Duration.ofMillis(100));
        var first = dialling(loopbacks, "a");
        var second = dialling(loopbacks, "b");
        Await.until(() -> now.get() == 2);
        assertThatThrownBy(() -> dial(loopbacks, "c"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("too many connections into sandboxes");
        assertThat(now.get()).isEqualTo(2);
        held.countDown();
        first.join();
        second.join();
        dial(loopbacks, "c");
    }

    @Test
    void those_above_it_wait_for_their_turn() throws Exception {
        var loopbacks = bounded(1, Duration.ofSeconds(15));
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            all.add(dialling(loopbacks, "a"));
        }
        Await.until(() -> now.get() == 1);
        held.countDown();
        for (var each : all) {
            each.join();
        }
        assertThat(now.get()).isZero();
    }
}
