package dev.glovebox.containerd;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.Timestamp;
import dev.glovebox.cri.tasks.TaskExit;
import dev.glovebox.cri.types.Envelope;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TaskEventsTest {
    @Test
    void an_exit_carries_the_containers_code_and_time() {
        TaskExit exit =
                TaskExit.newBuilder()
                        .setContainerId("c")
                        .setId("c")
                        .setPid(7)
                        .setExitStatus(137)
                        .setExitedAt(Timestamp.newBuilder().setSeconds(5))
                        .build();

        TaskEvent event = TaskEvents.translate(envelope("/tasks/exit", exit)).orElseThrow();

        assertThat(event)
                .isEqualTo(new TaskEvent.Exited("c", "c", 7, 137, Instant.ofEpochSecond(5)));
        assertThat(((TaskEvent.Exited) event).ofContainer()).isTrue();
    }

    @Test
    void an_exec_that_ends_is_not_the_containers_end() {
        TaskExit exit = TaskExit.newBuilder().setContainerId("c").setId("exec-1").build();

        TaskEvent event = TaskEvents.translate(envelope("/tasks/exit", exit)).orElseThrow();

        assertThat(((TaskEvent.Exited) event).ofContainer()).isFalse();
    }

    @Test
    void other_topics_are_passed_over() {
        assertThat(TaskEvents.translate(envelope("/tasks/delete", TaskExit.getDefaultInstance())))
                .isEmpty();
    }

    private static Envelope envelope(String topic, TaskExit exit) {
        return Envelope.newBuilder()
                .setTopic(topic)
                .setEvent(Any.newBuilder().setValue(exit.toByteString()))
                .build();
    }
}
