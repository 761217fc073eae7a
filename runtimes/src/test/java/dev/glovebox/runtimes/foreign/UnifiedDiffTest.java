package dev.glovebox.runtimes.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UnifiedDiffTest {
    @Test
    void a_new_file_comes_from_nothing() {
        assertThat(diff(null, "a\nb\n"))
                .isEqualTo("--- /dev/null\n+++ /f\n@@ -0,0 +1,2 @@\n+a\n+b\n");
    }

    @Test
    void lines_at_the_end_have_three_lines_before_them() {
        assertThat(diff("1\n2\n3\n4\n5\n", "1\n2\n3\n4\n5\n6\n"))
                .isEqualTo("--- /f\n+++ /f\n@@ -3,3 +3,4 @@\n 3\n 4\n 5\n+6\n");
    }

    @Test
    void changes_far_apart_are_two_hunks() {
        assertThat(diff("a\n1\n2\n3\n4\n5\n6\n7\n8\nb\n", "1\n2\n3\n4\n5\n6\n7\n8\nb\nc\n"))
                .isEqualTo(
                        """
                        --- /f
                        +++ /f
                        @@ -1,4 +1,3 @@
                        -a
                         1
                         2
                         3
                        @@ -8,3 +7,4 @@
                         7
                         8
                         b
                        +c
                        """);
    }

    @Test
    void a_last_line_without_an_end_is_marked() {
        assertThat(diff("a", "a\nb\n"))
                .isEqualTo(
                        "--- /f\n+++ /f\n@@ -1,1 +1,2 @@\n-a\n\\ No newline at end of file\n+a\n+b\n");
    }

    @Test
    void nothing_changed_is_nothing() {
        assertThat(diff("a\n", "a\n")).isEmpty();
    }

    private static String diff(@org.jspecify.annotations.Nullable String before, String after) {
        return UnifiedDiff.of(new FileChange(Path.of("/f"), Optional.ofNullable(before), after));
    }
}
