package dev.glovebox.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Ipv4Test {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.1, 10.0.0.1",
        "010.0.0.01, 10.0.0.1",
        "000.000.000.000, 0.0.0.0",
        "00192.0168.00.0255, 192.168.0.255"
    })
    void an_address_is_spelled_without_leading_zeros(String text, String spelled) {
        assertThat(Ipv4.spelled(text)).contains(spelled);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "10.0.0", "10.0.0.256", "10.0.0.1.1", "0x10.0.0.1", "::1", "1.2.3."})
    void what_is_no_address_has_no_spelling(String text) {
        assertThat(Ipv4.spelled(text)).isEmpty();
    }

    /// nft reads `010` as 8, and refuses the whole table for `08`.
    @ParameterizedTest
    @ValueSource(strings = {"010.0.0.1", "10.00.0.1", "10.0.0.01", "10.0.0.1.", "10.0.0"})
    void no_other_spelling_comes_into_nfts_language(String text) {
        assertThatThrownBy(() -> new ServiceTable.Backend(text, 80))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Cidr(text + "/8"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
