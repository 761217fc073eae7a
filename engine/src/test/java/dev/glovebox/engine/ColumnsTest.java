package dev.glovebox.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ColumnsTest {
    @Test
    void a_column_is_as_wide_as_its_widest_cell_and_lines_have_no_blanks_at_their_end() {
        assertThat(
                        Columns.of(
                                List.of(
                                        List.of("NAME", "STATE", "SEEN"),
                                        List.of("a-long-name", "x", ""),
                                        List.of("b", "ready", "yes"))))
                .isEqualTo(
                        """
                        NAME          STATE   SEEN
                        a-long-name   x
                        b             ready   yes
                        """);
    }

    @Test
    void a_cell_ends_no_line_and_moves_no_cursor() {
        assertThat(Columns.of(List.of(List.of("a\nb", "\u001b[2Jc"), List.of("d", "e"))))
                .isEqualTo("a?b   ?[2Jc\nd     e\n");
    }

    @Test
    void no_rows_are_no_text() {
        assertThat(Columns.of(List.of())).isEmpty();
    }
}
