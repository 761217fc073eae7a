package dev.glovebox.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RoundsTest {
    @Test
    void a_round_that_fails_is_not_the_last() throws InterruptedException {
        CountDownLatch tried = new CountDownLatch(3);
        try (Rounds rounds =
                new Rounds(
                        "test",
                        Duration.ZERO,
                        Duration.ofMillis(1),
                        () -> {
                            tried.countDown();
                            throw new IllegalStateException("a bad day");
                        })) {
            rounds.start();
            assertThat(tried.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }
}
