package dev.glovebox.node.eviction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.node.eviction.Signal.Condition;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PressureTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration FIVE = Duration.ofMinutes(5);
    private static final long MIB = 1 << 20;
    private static final long GIB = 1 << 30;

    @ParameterizedTest
    @CsvSource({
        "MEMORY_AVAILABLE, 104857600, 8589934592, false",
        "MEMORY_AVAILABLE, 104857599, 8589934592, true",
        "ALLOCATABLE_MEMORY, 104857599, 8589934592, true",
        "NODEFS_AVAILABLE, 100, 1000, false",
        "NODEFS_AVAILABLE, 99, 1000, true",
        "NODEFS_INODES_FREE, 50, 1000, false",
        "NODEFS_INODES_FREE, 49, 1000, true",
        "IMAGEFS_AVAILABLE, 149, 1000, true",
        "IMAGEFS_INODES_FREE, 50, 1000, false",
        "PID_AVAILABLE, -1, 1000, false"
    })
    void what_is_below_its_threshold_is_short(
            Signal signal, long available, long capacity, boolean met) {
        Pressure pressure = look(Map.of(signal, new Observation(available, capacity)));
        assertThat(pressure.met().contains(signal)).isEqualTo(met);
        assertThat(pressure.conditions().contains(signal.condition())).isEqualTo(met);
    }

    @Test
    void a_file_system_without_inodes_of_its_own_is_never_short_of_them() {
        assertThat(look(Map.of(Signal.NODEFS_INODES_FREE, new Observation(0, 0))).met()).isEmpty();
    }

    @Test
    void memory_comes_first() {
        assertThat(
                        look(Map.of(
                                        Signal.NODEFS_AVAILABLE, new Observation(0, GIB),
                                        Signal.MEMORY_AVAILABLE, new Observation(0, GIB)))
                                .met())
                .containsExactly(Signal.MEMORY_AVAILABLE, Signal.NODEFS_AVAILABLE);
    }

    @Test
    void a_condition_outlasts_what_it_tells_of() {
        Pressure short0 = look(Map.of(Signal.NODEFS_AVAILABLE, new Observation(0, GIB)));
        Map<Signal, Observation> room = Map.of(Signal.NODEFS_AVAILABLE, new Observation(GIB, GIB));
        Pressure soon = short0.next(room, NOW.plus(FIVE).minusSeconds(1));
        assertThat(soon.met()).isEmpty();
        assertThat(soon.conditions()).containsExactly(Condition.DISK);
        assertThat(soon.next(room, NOW.plus(FIVE)).conditions()).isEmpty();
    }

    @Test
    void what_cannot_be_read_is_nobodys_fault() {
        assertThat(look(Map.of()).met()).isEmpty();
        assertThat(look(Map.of()).conditions()).isEmpty();
    }

    @Test
    void the_message_has_what_is_wanted_and_what_there_is() {
        Pressure memory = look(Map.of(Signal.MEMORY_AVAILABLE, new Observation(90 * MIB, GIB)));
        assertThat(memory.message(Signal.MEMORY_AVAILABLE))
                .isEqualTo(
                        "The node was low on resource: memory. Threshold quantity: 100Mi,"
                                + " available: 90Mi. ");
        Pressure inodes = look(Map.of(Signal.NODEFS_INODES_FREE, new Observation(10, 1000)));
        assertThat(inodes.message(Signal.NODEFS_INODES_FREE))
                .isEqualTo(
                        "The node was low on resource: inodes. Threshold quantity: 50, available:"
                                + " 10. ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "memory.available",
                "memory.available=1Mi",
                "disk<1Mi",
                "nodefs.available<101%",
                "nodefs.available<-1%",
                "memory.available<-1Mi",
                "memory.available<much"
            })
    void what_is_no_threshold_is_refused(String text) {
        assertThatThrownBy(() -> Thresholds.parse(text))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static Pressure look(Map<Signal, Observation> observed) {
        return Pressure.none(Thresholds.DEFAULT, FIVE).next(observed, NOW);
    }
}
