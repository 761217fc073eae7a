package dev.glovebox.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.node.pod.ContainerState;
import dev.glovebox.node.pod.ContainerView;
import dev.glovebox.node.pod.PodView;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AnnouncedEndsTest {
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant END = BEGIN.plusSeconds(60);
    private static final PodView BOTH = new PodView(List.of(), List.of(runs("a"), runs("b")));

    private final AnnouncedEnds ends = new AnnouncedEnds(new LateLogs());

    private static ContainerView runs(String id) {
        return new ContainerView(id, "sandbox", id, 0, "", new ContainerState.Running(BEGIN));
    }

    private static ContainerView ended(String id, int code, String reason) {
        return runs(id).with(new ContainerState.Exited(BEGIN, END, code, reason, ""));
    }

    private void announce(String id, int code) {
        ends.heard(new PodMail.Exited(id, code, END));
    }

    private Optional<PodView> foreseen(PodView view) {
        return ends.foreseen(view, any -> true, c -> c);
    }

    @Test
    void a_pod_is_foreseen_as_it_is_once_the_runtime_shows_what_was_announced() {
        announce("b", 3);
        announce("somebody else's", 0);
        assertThat(foreseen(BOTH))
                .contains(new PodView(List.of(), List.of(runs("a"), ended("b", 3, "Error"))));
        announce("a", 0);
        assertThat(foreseen(BOTH).orElseThrow().containers())
                .containsExactly(ended("a", 0, "Completed"), ended("b", 3, "Error"));
    }

    @Test
    void nothing_is_foreseen_where_nothing_of_this_pod_was_announced() {
        announce("somebody else's", 0);
        assertThat(foreseen(BOTH)).isEmpty();
        announce("a", 0);
        assertThat(foreseen(new PodView(List.of(), List.of(ended("a", 0, "Completed"))))).isEmpty();
    }

    @Test
    void nothing_is_foreseen_where_one_of_the_ends_leaves_something_open() {
        announce("a", 0);
        announce("b", 137);
        assertThat(ends.foreseen(BOTH, c -> !c.id().equals("b"), c -> c)).isEmpty();
    }

    @Test
    void an_end_is_late_until_the_runtime_shows_it_or_had_its_time() {
        announce("a", 0);
        Instant over = END.plus(AnnouncedEnds.LAG);
        assertThat(ends.late(BOTH, END)).containsExactly("a");
        assertThat(ends.overdue(runs("a"), END)).isEqualTo(runs("a"));
        assertThat(ends.late(BOTH, over)).isEmpty();
        assertThat(ends.overdue(runs("a"), over)).isEqualTo(ended("a", 0, "Completed"));
        ends.shown(BOTH);
        assertThat(ends.overdue(runs("a"), over.plusSeconds(60)))
                .as("a runtime that shows it running for ever")
                .isEqualTo(ended("a", 0, "Completed"));
        ends.shown(new PodView(List.of(), List.of(ended("a", 0, "Completed"))));
        assertThat(ends.late(BOTH, END)).isEmpty();
    }
}
