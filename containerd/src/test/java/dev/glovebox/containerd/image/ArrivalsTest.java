package dev.glovebox.containerd.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.containerd.ContentStore.Arriving;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArrivalsTest {
    private static final Instant BEGIN = Instant.parse("2026-11-28T10:00:00Z");
    private static final Duration QUIET = Duration.ofSeconds(15);
    private final Arrivals arrivals = new Arrivals(BEGIN);

    @Test
    void what_is_written_no_more_has_arrived() {
        look(1, new Arriving("layer-a", 10, 100), new Arriving("layer-b", 0, 50));
        look(2, new Arriving("layer-b", 20, 50), new Arriving("layer-c", 1, 0));
        assertThat(arrivals.progress()).isEqualTo(new ImageStore.Progress(121, 151));
        look(3);
        assertThat(arrivals.progress()).isEqualTo(new ImageStore.Progress(150, 150));
    }

    @Test
    void a_registry_that_sends_nothing_is_given_up_on() {
        look(14);
        assertThat(arrivals.stalled(at(14), QUIET)).isFalse();
        assertThat(arrivals.stalled(at(15), QUIET)).isTrue();
    }

    @Test
    void as_long_as_bytes_come_it_is_waited_for() {
        for (int second = 1; second < 100; second += 10) {
            look(second, new Arriving("layer-a", second, 1000));
            assertThat(arrivals.stalled(at(second), QUIET)).isFalse();
        }
        look(120, new Arriving("layer-a", 91, 1000));
        assertThat(arrivals.stalled(at(120), QUIET)).isTrue();
    }

    @Test
    void what_is_here_may_be_unpacked_for_as_long_as_that_takes() {
        look(1, new Arriving("layer-a", 10, 100));
        look(2);
        look(1000);
        assertThat(arrivals.stalled(at(1000), QUIET)).isFalse();
    }

    private void look(int second, Arriving... now) {
        arrivals.look(List.of(now), at(second));
    }

    private static Instant at(int second) {
        return BEGIN.plusSeconds(second);
    }
}
