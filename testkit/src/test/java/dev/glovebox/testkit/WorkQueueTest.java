package dev.glovebox.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.cluster.Backoff;
import dev.glovebox.cluster.WorkQueue;
import dev.glovebox.cluster.WorkQueue.Outcome;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkQueueTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final ManualClock clock = ManualClock.atNoon();
    private final Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(5));
    private final WorkQueue<String> queue = new WorkQueue<>(clock, backoff);

    @ParameterizedTest
    @CsvSource({"1, PT1S", "2, PT2S", "3, PT4S", "4, PT5S", "100, PT5S", "2147483647, PT5S"})
    void a_backoff_doubles_up_to_its_bound(int failures, Duration wait) {
        assertThat(backoff.after(failures)).isEqualTo(wait);
    }

    @Test
    void keys_come_in_the_order_in_which_they_were_first_added() throws Exception {
        queue.add("a");
        queue.add("b");
        queue.add("a");
        assertThat(now()).contains("a");
        assertThat(now()).contains("b");
        assertThat(now()).isEmpty();
    }

    @Test
    void a_key_added_while_it_is_worked_on_comes_again_afterwards() throws Exception {
        queue.add("a");
        assertThat(now()).contains("a");
        queue.add("a");
        queue.add("a");
        assertThat(now()).isEmpty();
        queue.finish("a", new Outcome.Done());
        assertThat(now()).contains("a");
        queue.finish("a", new Outcome.Done());
        assertThat(now()).isEmpty();
    }

    @Test
    void a_failed_key_comes_again_after_ever_longer_waits() throws Exception {
        queue.add("a");
        for (int wait : new int[] {1, 2, 4, 5, 5}) {
            assertThat(now()).contains("a");
            queue.finish("a", new Outcome.Failed());
            clock.advance(Duration.ofSeconds(wait).minusMillis(1));
            assertThat(now()).isEmpty();
            clock.advance(Duration.ofMillis(1));
        }
        assertThat(now()).contains("a");
        queue.finish("a", new Outcome.Done());
        queue.add("a");
        assertThat(now()).contains("a");
        queue.finish("a", new Outcome.Failed());
        clock.advance(Duration.ofSeconds(1));
        assertThat(now()).as("failures are forgotten after a success").contains("a");
    }

    @Test
    void adding_does_not_wait_for_a_backoff() throws Exception {
        queue.add("a");
        assertThat(now()).contains("a");
        queue.finish("a", new Outcome.Failed());
        queue.add("a");
        assertThat(now()).contains("a");
        queue.finish("a", new Outcome.Done());
        clock.advance(LONG);
        assertThat(now()).isEmpty();
    }

    @Test
    void of_several_times_the_earliest_counts() throws Exception {
        queue.addAfter("a", Duration.ofSeconds(9));
        queue.addAfter("a", Duration.ofSeconds(3));
        queue.addAfter("a", Duration.ofSeconds(6));
        clock.advance(Duration.ofSeconds(3));
        assertThat(now()).contains("a");
        queue.finish("a", new Outcome.Again(Duration.ofSeconds(1)));
        clock.advance(Duration.ofSeconds(1));
        assertThat(now()).contains("a");
    }

    @Test
    void a_waiting_worker_is_woken() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Optional<String>> waiting = threads.submit(() -> queue.take(LONG));
            queue.add("a");
            assertThat(waiting.get()).contains("a");
            Future<Optional<String>> closing = threads.submit(() -> queue.take(LONG));
            queue.close();
            assertThat(closing.get()).isEmpty();
        }
    }

    @Test
    void nobody_finishes_what_nobody_has() {
        assertThatThrownBy(() -> queue.finish("a", new Outcome.Done()))
                .isInstanceOf(IllegalStateException.class);
    }

    private Optional<String> now() throws InterruptedException {
        return queue.take(Duration.ZERO);
    }
}
