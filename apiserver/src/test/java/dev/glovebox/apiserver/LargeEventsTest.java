package dev.glovebox.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LargeEventsTest {
    private static final int MEGABYTE = 1 << 20;

    private final LargeEvents events = new LargeEvents(2 * MEGABYTE, Duration.ofMillis(50));

    @Test
    void there_is_room_for_so_many_and_again_when_they_have_gone() throws InterruptedException {
        int first = events.take(MEGABYTE);
        int second = events.take(MEGABYTE);
        assertThat(events.take(MEGABYTE)).isZero();
        events.giveBack(first);
        assertThat(events.take(MEGABYTE)).isEqualTo(first);
        events.giveBack(second);
        events.giveBack(0);
        assertThat(events.take(MEGABYTE)).isEqualTo(second);
        assertThat(events.take(1)).isZero();
    }

    @Test
    void one_that_is_larger_than_all_the_room_takes_all_of_it() throws InterruptedException {
        int all = events.take(100 * MEGABYTE);
        assertThat(all).isPositive();
        assertThat(events.take(1)).isZero();
        events.giveBack(all);
        assertThat(events.take(1)).isPositive();
    }
}
