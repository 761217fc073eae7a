package dev.glovebox.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PauseTest {
    private static final Duration LONG = Duration.ofDays(1);

    private final Pause pause = new Pause();

    @Test
    void a_loop_goes_on_after_the_time() {
        assertThat(pause.elapses(Duration.ofNanos(1))).isTrue();
        assertThat(pause.closed()).isFalse();
    }

    @Test
    void closing_ends_the_present_wait() throws Exception {
        FutureTask<Boolean> waiting = new FutureTask<>(() -> pause.elapses(LONG));
        Thread thread = Thread.ofVirtual().start(waiting);
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }

        pause.close();

        assertThat(waiting.get(30, TimeUnit.SECONDS)).isFalse();
    }

    @Test
    void once_closed_no_wait_begins() {
        pause.close();

        assertThat(pause.elapses(LONG)).isFalse();
        assertThat(pause.elapses(Duration.ZERO)).isFalse();
        assertThat(pause.closed()).isTrue();
    }

    @Test
    void an_interrupted_loop_ends_and_stays_interrupted() {
        Thread.currentThread().interrupt();

        assertThat(pause.elapses(LONG)).isFalse();
        assertThat(Thread.interrupted()).isTrue();
    }
}
