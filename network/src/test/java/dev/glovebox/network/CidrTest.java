package dev.glovebox.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CidrTest {
    @ParameterizedTest
    @CsvSource({
        "10.244.0.0/16, 24, 0, 10.244.0.0/24",
        "10.244.0.0/16, 24, 255, 10.244.255.0/24",
        "10.244.3.9/16, 24, 1, 10.244.1.0/24",
        "255.255.255.0/24, 32, 255, 255.255.255.255/32",
        "0.0.0.0/0, 32, 2147483647, 127.255.255.255/32",
        "192.168.1.64/26, 26, 0, 192.168.1.64/26",
        "fd00:10:244::/56, 64, 255, fd00:10:244:ff::/64",
        "::/0, 64, 2147483647, 0:0:7fff:ffff::/64"
    })
    void a_range_consists_of_ranges(String range, int prefix, int index, String part) {
        assertThat(new Cidr(range).part(prefix, index)).isEqualTo(new Cidr(part));
    }

    @Test
    void ranges_overlap_where_one_has_the_other() {
        Cidr services = new Cidr("fd00:10:96::/112");
        assertThat(new Cidr("fd00:10::/32").overlaps(services)).isTrue();
        assertThat(services.overlaps(new Cidr("fd00:10:96::42:0/116"))).isFalse();
        assertThat(services.overlaps(new Cidr("fd00:10:96::8000/114"))).isTrue();
        assertThat(services.overlaps(new Cidr("10.96.0.0/16"))).isFalse();
    }

    @Test
    void there_are_no_other_parts() {
        Cidr range = new Cidr("10.1.0.0/16");
        assertThatThrownBy(() -> range.part(15, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> range.part(33, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> range.part(24, 256)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> range.part(24, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void addresses_of_its_own_family_are_in_a_range() {
        Cidr range = new Cidr("fd00:0:0::/56");
        assertThat(range.text()).isEqualTo("fd00::/56");
        assertThat(range.contains("fd00::ff:1:2:3:4")).isTrue();
        assertThat(range.contains("fd00:0:0:100::1")).isFalse();
        assertThat(range.contains("10.0.0.1")).isFalse();
        assertThat(range.last()).isEqualTo("fd00::ff:ffff:ffff:ffff:ffff");
        assertThat(new Cidr("0.0.0.0/0").contains("fd00::1")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "fd00:0:0:0:0:0:0:1, fd00::1",
        "FD00::0:A, fd00::a",
        "1:0:0:2:0:0:0:3, 1:0:0:2::3",
        "0:0:0:0:0:0:0:0, ::",
        "1:2:3:4:5:6:7:0, 1:2:3:4:5:6:7:0",
        "010.1.2.3, 10.1.2.3"
    })
    void an_address_has_one_spelling(String text, String spelled) {
        assertThat(Family.spelled(text)).contains(spelled);
    }

    @ParameterizedTest
    @CsvSource({"::ffff:10.0.0.1", "fe80::1%eth0", "1::2::3", "fd00::g", "::1/128"})
    void what_is_no_address_of_its_own_has_none(String text) {
        assertThat(Family.spelled(text)).isEmpty();
        assertThatThrownBy(() -> Family.check(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void an_address_of_the_first_family_comes_first() {
        List<String> addresses = List.of("10.1.0.2", "fd00::2");
        assertThat(Ranges.parse("10.1.0.0/16,fd00::/56").ordered(addresses)).isEqualTo(addresses);
        assertThat(Ranges.parse("fd00::/56").ordered(addresses))
                .containsExactly("fd00::2", "10.1.0.2");
        Ranges six = Ranges.parse("fd00::/56,10.1.0.0/16");
        assertThat(six.ordered(addresses)).containsExactly("fd00::2", "10.1.0.2");
        assertThat(six.families()).containsExactly(Family.IPV6, Family.IPV4);
        assertThat(six.range(Family.IPV4)).contains(new Cidr("10.1.0.0/16"));
        assertThat(Ranges.parse("fd00::/56").has(Family.IPV4)).isFalse();
    }

    @Test
    void ranges_are_one_of_each_family_and_the_order_counts() {
        Ranges both = Ranges.parse("10.1.0.0/16,FD00::/56");
        assertThat(both.text()).isEqualTo("10.1.0.0/16,fd00::/56");
        assertThat(both.contains("fd00::1")).isTrue();
        assertThat(both.contains("10.1.2.3")).isTrue();
        assertThat(both.contains("10.2.2.3")).isFalse();
        for (String text :
                List.of(
                        "10.1.0.0/16,10.2.0.0/16",
                        "fd00::/56,fd01::/56",
                        "",
                        "10.1.0.0/16,",
                        "10.1.0.0/16,fd00::/56,fd01::/56",
                        "fd00::/129",
                        "::ffff:10.0.0.0/96")) {
            assertThatThrownBy(() -> Ranges.parse(text))
                    .as(text)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
