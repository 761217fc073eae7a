package dev.glovebox.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.concurrent.DefaultPromise;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class UnsentTest {
    @Test
    @Timeout(30)
    void in_need_a_client_has_less_time() throws IOException {
        Unsent unsent = new Unsent(100, Duration.ofMinutes(5));
        unsent.add(101);
        long begin = System.nanoTime();
        assertThat(
                        unsent.await(
                                new DefaultPromise<Boolean>(GlobalEventExecutor.INSTANCE),
                                Optional.empty()))
                .isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .isGreaterThan(Duration.ofSeconds(1));
    }

    @Test
    void a_client_that_takes_its_answer_is_not_cut_off_even_then() throws IOException {
        Unsent unsent = new Unsent(100, Duration.ofMinutes(5));
        unsent.add(101);
        DefaultPromise<Boolean> taken = new DefaultPromise<>(GlobalEventExecutor.INSTANCE);
        Thread.ofVirtual().start(() -> taken.setSuccess(true));
        assertThat(unsent.await(taken, Optional.empty())).isTrue();
    }
}
