package dev.glovebox.apiserver.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class AnnotationsTest {
    private final Annotations annotations = new Annotations();

    @Test
    void what_was_noted_first_under_a_name_stays() {
        annotations.note("example.com/a", "first");
        annotations.note("example.com/a", "second");
        assertThat(annotations.all()).isEqualTo(Map.of("example.com/a", "first"));
    }

    /// What is noted may quote what a client sent.
    @Test
    void notes_are_bounded_in_number_and_length() {
        annotations.note("example.com/long", "x".repeat(Annotations.LONGEST + 1));
        for (int i = 0; i < Annotations.MOST + 1; i++) {
            annotations.note("example.com/" + i, "");
        }
        assertThat(annotations.all()).hasSize(Annotations.MOST);
        assertThat(annotations.all().get("example.com/long")).hasSize(Annotations.LONGEST);
    }
}
