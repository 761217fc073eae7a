package dev.glovebox.runtimes.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class OverheadTest {
    private static final long MIB = 1L << 20;

    @Test
    void memory_is_the_most_of_any_sandbox_less_the_programs_own_up_to_a_mib() {
        Overhead overhead =
                Overhead.of(
                        List.of(
                                sight(20 * MIB, 0, 24 * MIB, 0, 1.2, 80),
                                sight(21 * MIB, 0, 26 * MIB + 1, 0, 2.1, 90)),
                        List.of(sight(2 * MIB, MIB, 4 * MIB, 3 * MIB, 0.5, 30)));

        assertThat(overhead.memory()).isEqualTo(24 * MIB);
        assertThat(overhead.figures())
                .containsEntry("sandboxes", "2")
                .containsEntry("memoryAtRest", "20.0Mi")
                .containsEntry("memoryAtWork", "23.0Mi");
    }

    @Test
    void a_sandbox_that_takes_most_at_rest_counts_as_it_was_then() {
        Overhead overhead =
                Overhead.of(
                        List.of(sight(40 * MIB, 0, 30 * MIB, 0, 0, 0)),
                        List.of(sight(2 * MIB, MIB, 4 * MIB, 3 * MIB, 0, 0)));

        assertThat(overhead.memory()).isEqualTo(39 * MIB);
    }

    @Test
    void processors_are_those_of_the_calmest_at_rest_up_to_a_thousandth() {
        Overhead overhead =
                Overhead.of(
                        List.of(sight(0, 0, 0, 0, 1.2, 80), sight(0, 0, 0, 0, 3.1, 90)),
                        List.of(sight(0, 0, 0, 0, 0.5, 30)));

        assertThat(overhead.milliCpu()).isEqualTo(2);
        assertThat(overhead.figures())
                .containsEntry("cpuAtRest", "1.2m")
                .containsEntry("cpuAtWork", "50.0m");
    }

    @Test
    void a_program_alone_is_no_overhead() {
        List<Sight> same = List.of(sight(3 * MIB, 3 * MIB, 5 * MIB, 5 * MIB, 1, 9));

        Overhead overhead = Overhead.of(same, same);

        assertThat(overhead.memory()).isZero();
        assertThat(overhead.milliCpu()).isEqualTo(1);
    }

    /// A sandbox whose program used no processor that was counted as its own, but at work.
    static Sight sight(
            long rest,
            long programAtRest,
            long work,
            long programAtWork,
            double restCpu,
            double workCpu) {
        return new Sight(
                new Sight.Taken(rest, programAtRest, rest, restCpu, 0),
                new Sight.Taken(work, programAtWork, work, workCpu, workCpu),
                8 * MIB,
                5);
    }
}
