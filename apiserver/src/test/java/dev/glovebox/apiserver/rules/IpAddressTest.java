package dev.glovebox.apiserver.rules;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.1, 10.0.0.1",
        "010.000.0.1, 10.0.0.1",
        "::ffff:1.2.3.4, 1.2.3.4",
        "2001:DB8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "1:0:0:0:0:0:0:0, 1::",
        "::, ::",
        "1:0:2:3:4:5:6:7, 1:0:2:3:4:5:6:7"
    })
    void an_address_is_written_in_one_way(String text, String canonical) {
        assertThat(IpAddress.parse(text).orElseThrow().text()).isEqualTo(canonical);
        assertThat(IpAddress.spelled(text)).isEqualTo(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "1.2.3",
                "1.2.3.256",
                "1.2.3.4.5",
                "1..2.3",
                ":",
                ":::",
                "1::2::3",
                "fe80::1%eth0",
                "example.com",
                "1.2.3.99999999999",
                "::1.2.3",
                "[::1]"
            })
    void what_is_no_address_is_refused(String text) {
        assertThat(IpAddress.parse(text)).isEmpty();
        assertThat(IpAddress.spelled(text)).isEqualTo(text);
    }
}
