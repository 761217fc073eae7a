package dev.glovebox.apiserver.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {
    @ParameterizedTest
    @CsvSource({
        "0.5, 500m",
        "1000m, 1",
        "1024Mi, 1Gi",
        "0.5Gi, 512Mi",
        "1500m, 1500m",
        "256M, 256M",
        "1e3, 1e3",
        "100Ki, 100Ki",
        "512, 512",
        "0, 0",
        "-1, -1",
        "0.1n, 1n",
        "9E99, 9223372036854775807"
    })
    void a_quantity_has_one_canonical_text(String text, String canonical) {
        assertThat(Quantity.parse(text).toString()).isEqualTo(canonical);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a lot", "", "1.2.3", "5Zi", "1e99999", ".", "1 Gi"})
    void other_text_is_refused(String text) {
        assertThatThrownBy(() -> Quantity.parse(text)).hasMessage(Quantity.WORDS);
    }
}
