package dev.glovebox.node.users;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.testkit.RandomCases;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserRangeTest {
    @ParameterizedTest
    @ValueSource(longs = {-65_536, 0, 1, 65_535, 65_537, 100_000, 1L << 31, 1L << 32})
    void no_range_holds_the_hosts_root_or_overlaps_another_in_part(long first) {
        assertThatThrownBy(() -> new UserRange(first)).isInstanceOf(IllegalArgumentException.class);
        assertThat(UserRange.parse("0 " + first + " 65536\n")).isEmpty();
    }

    @Test
    void what_is_written_is_read_and_whatever_is_read_is_what_would_be_written() {
        UserRange range = new UserRange(3 * 65_536L);
        assertThat(range.text()).isEqualTo("0 196608 65536\n");
        assertThat(UserRange.parse(range.text())).contains(range);
        RandomCases.check(
                2_000,
                draw -> {
                    String text =
                            new String(draw.spoilt(range.text()), StandardCharsets.ISO_8859_1);
                    UserRange.parse(text)
                            .ifPresent(read -> assertThat(read.text()).isEqualTo(text));
                });
    }

    @Test
    void ids_beside_it_are_not_in_it() {
        UserRange range = new UserRange(65_536);
        assertThat(range.overlaps(0, 65_536)).isFalse();
        assertThat(range.overlaps(0, 65_537)).isTrue();
        assertThat(range.overlaps(131_071, 1)).isTrue();
        assertThat(range.overlaps(131_072, 10)).isFalse();
        assertThat(range.overlaps(70_000, 0)).isFalse();
        assertThat(range).hasToString("65536 to 131071");
    }
}
