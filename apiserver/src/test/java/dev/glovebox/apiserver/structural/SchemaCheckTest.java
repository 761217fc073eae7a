package dev.glovebox.apiserver.structural;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.Path;
import dev.glovebox.apiserver.schema.Schemas;
import java.util.List;
import org.junit.jupiter.api.Test;

class SchemaCheckTest {
    private static final SchemaCheck CHECK =
            new SchemaCheck(Schemas.kubernetes(), change -> ExpressionCheck.NONE);

    private static List<String> wrong(String properties) {
        FieldErrors errors = new FieldErrors();
        CHECK.check(
                json("{\"type\":\"object\",\"properties\":" + properties + "}"),
                Path.of("s"),
                SchemaCheck.Change.NEW,
                errors);
        return errors.causes().stream()
                .map(cause -> cause.field() + ": " + cause.message())
                .toList();
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Test
    void a_value_has_its_shape_said_outside_of_conditions() {
        assertThat(
                        wrong(
                                "{\"a\":{\"type\":\"object\",\"anyOf\":[{\"properties\":{\"b\":{\"type\":\"string\"}}}]}}"))
                .containsExactly(
                        "s.properties[a].anyOf[0].properties[b].type: Forbidden: must be empty to be"
                                + " structural");
    }

    @Test
    void int_or_string_may_say_so_by_its_conditions() {
        assertThat(
                        wrong(
                                "{\"a\":{\"x-kubernetes-int-or-string\":true,"
                                        + "\"anyOf\":[{\"type\":\"integer\"},{\"type\":\"string\"}]}}"))
                .isEmpty();
    }

    @Test
    void metadata_says_no_more_than_its_name() {
        assertThat(
                        wrong(
                                "{\"metadata\":{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\",\"maxLength\":3}}}}"))
                .isEmpty();
        assertThat(
                        wrong(
                                "{\"metadata\":{\"type\":\"object\",\"properties\":{\"labels\":{\"type\":\"object\"}}}}"))
                .singleElement()
                .asString()
                .contains("must not specify anything other than name and generateName");
    }

    @Test
    void a_default_is_a_value_of_its_schema_and_pruned() {
        assertThat(
                        wrong(
                                "{\"a\":{\"type\":\"object\",\"properties\":{\"b\":{\"type\":\"integer\",\"minimum\":2}},\"default\":{\"b\":1,\"c\":2}}}"))
                .containsExactlyInAnyOrder(
                        "s.properties[a].default: Invalid value: {\"b\":1,\"c\":2}: must not have"
                                + " unknown fields",
                        "s.properties[a].default.b: Invalid value: 1: b in body should be greater"
                                + " than or equal to 2");
    }

    @Test
    void keys_of_a_list_are_required_or_have_a_default() {
        assertThat(
                        wrong(
                                "{\"a\":{\"type\":\"array\",\"x-kubernetes-list-type\":\"map\",\"x-kubernetes-list-map-keys\":[\"k\"],\"items\":{\"type\":\"object\",\"properties\":{\"k\":{\"type\":\"string\"}}}}}"))
                .containsExactly(
                        "s.properties[a].items.properties[k].default: Required value: this property"
                                + " is in x-kubernetes-list-map-keys, so it must have a default or"
                                + " be a required property");
    }

    @Test
    void a_pattern_is_an_expression_that_runs_in_bounded_time() {
        assertThat(wrong("{\"a\":{\"type\":\"string\",\"pattern\":\"(\"}}"))
                .singleElement()
                .asString()
                .contains("must be a valid regular expression, but isn't");
        assertThat(wrong("{\"a\":{\"type\":\"string\",\"pattern\":\"((a{100}){100}){100}\"}}"))
                .singleElement()
                .asString()
                .contains("repeats too often");
        assertThat(wrong("{\"a\":{\"type\":\"string\",\"pattern\":\"^(a+)+$\"}}")).isEmpty();
        String text = "a".repeat(100_000) + "b";
        assertThat(Regex.compile("^(a+)+$").matcher(text).find()).isFalse();
    }

    @Test
    void conditions_upon_conditions_are_given_up_and_refuse() {
        StringBuilder conditions = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            conditions.append(i == 0 ? "" : ",").append("{\"minLength\":1}");
        }
        JsonNode schema =
                json(
                        "{\"type\":\"array\",\"items\":{\"type\":\"string\",\"allOf\":["
                                + conditions
                                + "]}}");
        StringBuilder items = new StringBuilder("[");
        for (int i = 0; i < 100_000; i++) {
            items.append(i == 0 ? "" : ",").append("\"a\"");
        }
        FieldErrors errors = new FieldErrors();
        org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(
                java.time.Duration.ofSeconds(60),
                () -> ValueCheck.check(Path.ROOT, schema, json(items + "]"), errors));
        assertThat(errors.message()).contains("too large for so many conditions");
    }

    @Test
    void rules_beyond_counting_are_refused() {
        StringBuilder rules = new StringBuilder();
        for (int i = 0; i < 2001; i++) {
            rules.append(i == 0 ? "" : ",").append("{\"rule\":\"true\"}");
        }
        assertThat(
                        wrong(
                                "{\"a\":{\"type\":\"string\",\"x-kubernetes-validations\":["
                                        + rules
                                        + "]}}"))
                .containsExactly(
                        "s.x-kubernetes-validations: Too many: 2001: must have at most 2000 items");
    }
}
