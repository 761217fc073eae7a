package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TutorialTest {
    @Test
    void addresses_ages_and_the_width_of_columns_may_differ() {
        assertThat(
                        Tutorial.matches(
                                "web  1/1  Running  1s  10.244.0.2  master",
                                "web   1/1   Running   2m3s   10.9.0.17   master"))
                .isTrue();
    }

    @Test
    void another_state_does_not_match() {
        assertThat(Tutorial.matches("web  1/1  Running  1s", "web  0/1  Pending  1s")).isFalse();
        assertThat(Tutorial.matches("web", "web-2")).isFalse();
        assertThat(Tutorial.matches("web  10.244.0.2", "web  <none>")).isFalse();
    }

    @Test
    void a_step_prints_what_was_said_and_no_more() {
        var step = new Tutorial.Step("", List.of("one", "two"));
        assertThat(step.difference(List.of("one", "two"))).isEmpty();
        assertThat(step.difference(List.of("one"))).isEqualTo("two");
        assertThat(step.difference(List.of("one", "two", "three"))).contains("three");
    }

    @Test
    void an_ellipsis_line_stands_for_any_lines() {
        var step = new Tutorial.Step("", List.of("…", "two"));
        assertThat(step.difference(List.of("two"))).isEmpty();
        assertThat(step.difference(List.of("a", "b", "two"))).isEmpty();
        assertThat(step.difference(List.of("a", "b"))).isEqualTo("two");
    }
}
