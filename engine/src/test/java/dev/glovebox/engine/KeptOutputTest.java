package dev.glovebox.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class KeptOutputTest {
    private static final int MEBIBYTE = 1 << 20;

    private final KeptOutput output = new KeptOutput();

    @Test
    void a_mebibyte_is_kept_whole() {
        output.write(new byte[MEBIBYTE], 0, MEBIBYTE);

        assertThat(output.text()).hasSize(MEBIBYTE);
        assertThat(output.truncated()).isFalse();
    }

    @Test
    void of_more_the_first_mebibyte_is_kept_and_that_is_said() {
        byte[] most = "a".repeat(MEBIBYTE - 1).getBytes(StandardCharsets.UTF_8);
        output.write(most, 0, most.length);
        output.write("bcd".getBytes(StandardCharsets.UTF_8), 0, 3);
        output.write('e');

        assertThat(output.text()).hasSize(MEBIBYTE).endsWith("aab");
        assertThat(output.truncated()).isTrue();
    }

    @Test
    void pieces_and_single_bytes_keep_their_order() {
        output.write("xhix".getBytes(StandardCharsets.UTF_8), 1, 2);
        output.write('!');

        assertThat(output.text()).isEqualTo("hi!");
    }

    @Test
    void what_is_no_utf_8_is_marked() {
        output.write(0xff);

        assertThat(output.text()).isEqualTo("\ufffd");
    }
}
