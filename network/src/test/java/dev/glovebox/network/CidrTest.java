package dev.glovebox.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
        "192.168.1.64/26, 26, 0, 192.168.1.64/26"
    })
    void a_range_consists_of_ranges(String range, int prefix, int index, String part) {
        assertThat(new Cidr(range).part(prefix, index)).isEqualTo(new Cidr(part));
    }

    @Test
    void there_are_no_other_parts() {
        Cidr range = new Cidr("10.1.0.0/16");
        assertThatThrownBy(() -> range.part(15, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> range.part(33, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> range.part(24, 256)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> range.part(24, -1)).isInstanceOf(IllegalArgumentException.class);
    }
}
