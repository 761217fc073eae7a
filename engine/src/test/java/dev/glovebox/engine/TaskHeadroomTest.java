package dev.glovebox.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TaskHeadroomTest {
    @Test
    void a_kernel_in_a_program_has_the_usual_room_where_few_tasks_were_seen()
            throws InterruptedException {
        assertThat(TaskHeadroom.of(proven(47))).isEqualTo(Map.of("runsc", 128L));
    }

    @Test
    void on_a_machine_where_it_has_more_threads_it_has_twice_as_many() throws InterruptedException {
        assertThat(TaskHeadroom.of(proven(90))).isEqualTo(Map.of("runsc", 180L));
    }

    @Test
    void what_was_not_seen_has_the_usual_room() {
        ProvenHandlers unseen =
                new ProvenHandlers(List.of(Handlers.RUNC, Handlers.RUNSC), Map.of());
        assertThat(TaskHeadroom.of(unseen)).isEqualTo(Map.of("runsc", 128L));
    }

    @Test
    void pods_without_a_class_have_that_of_the_standard_handler() {
        ProvenHandlers handlers = new ProvenHandlers(List.of(Handlers.RUNSC), Map.of());
        assertThat(TaskHeadroom.of(handlers)).isEqualTo(Map.of("", 128L, "runsc", 128L));
    }

    private static ProvenHandlers proven(long tasks) throws InterruptedException {
        ProvenHandlers handlers =
                new ProvenHandlers(List.of(Handlers.RUNC, Handlers.RUNSC), Map.of());
        handlers.prove(handler -> Handlers.ready(handler, tasks));
        return handlers;
    }
}
