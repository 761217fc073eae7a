package dev.glovebox.node.users;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.testkit.RandomCases;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdMapTest {
    private static final String HOST = "         0          0 4294967295\n";
    private static final UserRange RANGE = new UserRange(196_608);

    @Test
    void a_pods_own_ids_are_told_from_the_hosts_and_from_more_than_its_own() {
        assertThat(IdMap.parse("         0     196608      65536\n").isOnly(RANGE)).isTrue();
        assertThat(IdMap.parse(HOST).isOnly(RANGE)).isFalse();
        assertThat(IdMap.parse("").isOnly(RANGE)).isFalse();
        assertThat(IdMap.parse("0 262144 65536\n").isOnly(RANGE)).isFalse();
        assertThat(IdMap.parse("0 196608 65535\n").isOnly(RANGE)).isFalse();
        assertThat(IdMap.parse("1 196608 65536\n").isOnly(RANGE)).isFalse();
        assertThat(IdMap.parse("0 196608 65536\n65536 0 1\n").isOnly(RANGE)).isFalse();
    }

    @Test
    void whoever_has_one_of_its_ids_reaches_it() {
        assertThat(IdMap.parse(HOST).reaches(RANGE)).isTrue();
        assertThat(IdMap.parse("0 1000 1\n1 196607 2\n").reaches(RANGE)).isTrue();
        assertThat(IdMap.parse("0 1000 1\n1 100000 65536\n").reaches(RANGE)).isFalse();
        assertThat(IdMap.parse("").reaches(RANGE)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0 1", "0 1 2 3", "0 -1 2", "a b c", "0 1 99999999999", "\n"})
    void what_the_kernel_does_not_write_is_no_map(String text) {
        assertThatThrownBy(() -> IdMap.parse(text + "\n")).isInstanceOf(UsersException.class);
    }

    @Test
    void any_bytes_are_a_map_or_none() {
        RandomCases.check(
                2_000,
                draw -> {
                    String text = new String(draw.spoilt(HOST + HOST), StandardCharsets.ISO_8859_1);
                    try {
                        assertThat(IdMap.parse(text).extents()).hasSizeLessThan(100);
                    } catch (UsersException e) {
                        assertThat(e).hasMessageContaining("no line of a map of ids");
                    }
                });
    }

    @Test
    void people_can_read_it() {
        assertThat(IdMap.parse(HOST)).hasToString("4294967295 from 0 at 0");
        assertThat(IdMap.parse("")).hasToString("none");
    }
}
