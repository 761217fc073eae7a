package dev.glovebox.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.cluster.EventRecorder;
import dev.glovebox.cluster.Resource;
import dev.glovebox.cluster.Scope;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventRecorderTest {
    private static final int MANY = 200;

    private final ManualClock clock = ManualClock.atNoon();
    private final FakeCluster cluster = new FakeCluster(clock);
    private final EventRecorder recorder = EventRecorder.start(cluster, "test", "", clock);

    @AfterEach
    void close() {
        recorder.close();
    }

    private void say(String reason, String message) {
        recorder.normal(
                new ObjectReferenceBuilder().withNamespace("default").withName("p").build(),
                reason,
                message);
    }

    private List<Event> said() {
        return cluster.list(Resource.EVENTS, Scope.namespace("default")).items();
    }

    @Test
    void what_is_said_of_one_object_in_one_moment_has_an_event_each() {
        for (int i = 0; i < MANY; i++) {
            say("Reason" + i, "words");
        }
        say("Last", "words");
        Await.until(() -> said().stream().anyMatch(event -> event.getReason().equals("Last")));
        assertThat(said()).hasSize(MANY + 1);
    }

    @Test
    void the_same_said_again_counts_up() {
        say("Again", "words");
        say("Again", "words");
        say("Last", "words");
        Await.until(() -> said().size() == 2);
        assertThat(said())
                .filteredOn(event -> event.getReason().equals("Again"))
                .singleElement()
                .satisfies(event -> assertThat(event.getCount()).isEqualTo(2));
    }
}
