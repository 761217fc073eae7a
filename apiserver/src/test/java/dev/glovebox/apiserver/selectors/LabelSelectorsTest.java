package dev.glovebox.apiserver.selectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.glovebox.model.ApiException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is expected was recorded from a real kube-apiserver.
class LabelSelectorsTest {
    private static final JsonNode WEB = object("{\"app\":\"web\",\"n\":\"5\"}");

    private static JsonNode object(String labels) {
        JsonNode object = new ObjectMapper().createObjectNode();
        try {
            ((com.fasterxml.jackson.databind.node.ObjectNode) object)
                    .putObject("metadata")
                    .set("labels", new ObjectMapper().readTree(labels));
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new AssertionError(e);
        }
        return object;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "app=web|true",
                "app==db|false",
                "app!=db|true",
                "tier!=front|true",
                "app in (db, web)|true",
                "app notin (web),n|false",
                "app|true",
                "!tier|true",
                "n>4,n<6|true",
                "app>4|false",
            })
    void a_selector_picks_by_labels(String selector, boolean picks) {
        assertThat(LabelSelectors.parse(selector).matches(WEB)).isEqualTo(picks);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "app in web|unable to parse requirement: found 'web' expected: '('",
                "a b=c|unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt",
                "app=web,,|found ',', expected: identifier after ','",
                "app=>web|unable to parse requirement: found '>', expected: identifier",
            })
    void nonsense_is_refused_in_kubernetes_words(String selector, String message) {
        assertThatThrownBy(() -> LabelSelectors.parse(selector))
                .isInstanceOf(ApiException.class)
                .hasMessage(message);
    }
}
