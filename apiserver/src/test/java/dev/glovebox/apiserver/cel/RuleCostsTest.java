package dev.glovebox.apiserver.cel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.Path;
import dev.glovebox.apiserver.schema.Schemas;
import dev.glovebox.apiserver.structural.SchemaCheck;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What rules are estimated to cost, against what a real kube-apiserver 1.34 said to the same
/// definitions (`e2e/exchanges/rule-costs.py`).
class RuleCostsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNode RECORDED = recorded();
    private static final SchemaCheck CHECK = new SchemaCheck(Schemas.kubernetes(), RuleCheck::new);

    private static JsonNode recorded() {
        try (InputStream in = RuleCostsTest.class.getResourceAsStream("rule-costs.json")) {
            return JSON.readTree(Objects.requireNonNull(in));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static Stream<JsonNode> rules() {
        List<JsonNode> rules = new ArrayList<>();
        RECORDED.path("rules").forEach(rules::add);
        return rules.stream();
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text.replace('\'', '"'));
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static List<String> wrong(JsonNode schema, SchemaCheck.Change change) {
        FieldErrors errors = new FieldErrors();
        CHECK.check(schema, Path.of("s"), change, errors);
        return errors.causes().stream()
                .map(cause -> cause.field() + ": " + cause.message())
                .toList();
    }

    private static List<String> wrong(JsonNode recorded, long items) {
        ObjectNode schema = RECORDED.path("schemas").path(recorded.path("on").asText()).deepCopy();
        ObjectNode rule = schema.putArray("x-kubernetes-validations").addObject();
        rule.set("rule", recorded.path("rule"));
        if (recorded.has("messageExpression")) {
            rule.set("messageExpression", recorded.path("messageExpression"));
        }
        ObjectNode root = JSON.createObjectNode().put("type", "object");
        ObjectNode list = root.putObject("properties").putObject("list");
        list.put("type", "array").put("maxItems", items).set("items", schema);
        return wrong(root, SchemaCheck.Change.NEW).stream()
                .filter(words -> !words.contains("total"))
                .map(words -> words.replaceFirst("^.*\\[0]\\.", ""))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("rules")
    void a_rule_is_estimated_to_cost_what_kubernetes_estimates(JsonNode recorded) {
        long items = recorded.path("items").asLong();
        if (items == 0) {
            assertThat(wrong(recorded, 1L << 40)).isEmpty();
            return;
        }
        assertThat(wrong(recorded, items)).containsExactly(recorded.path("message").asText());
        if (items > 1) {
            assertThat(wrong(recorded, items - 1)).isEmpty();
        }
    }

    private static JsonNode withText(String rule) {
        return json(
                "{'type':'object','properties':{'text':{'type':'string','x-kubernetes-validations':"
                        + "[{'rule':'"
                        + rule
                        + "'}]}}}");
    }

    /// A rule that costs nearly as much as a rule may, on each of some fields.
    private static JsonNode fields(int count) {
        ObjectNode root = JSON.createObjectNode().put("type", "object");
        for (int i = 0; i < count; i++) {
            root.withObject("/properties")
                    .set(
                            "f" + i,
                            json(
                                    "{'type':'array','maxItems':9500000,'items':{'type':'object',"
                                            + "'properties':{'x':{'type':'string'}},"
                                            + "'x-kubernetes-validations':[{'rule':'has(self.x)'}]}}"));
        }
        return root;
    }

    @Test
    void rules_that_are_cheap_enough_alone_can_cost_too_much_together() {
        assertThat(wrong(fields(10), SchemaCheck.Change.NEW)).isEmpty();
        assertThat(wrong(fields(11), SchemaCheck.Change.NEW))
                .hasSize(5)
                .contains(
                        "s.properties[f0].items.x-kubernetes-validations[0].rule: Forbidden:"
                                + " contributed to estimated rule cost total exceeding cost limit"
                                + " for entire OpenAPIv3 schema")
                .last()
                .asString()
                .startsWith(
                        "s: Forbidden: x-kubernetes-validations estimated rule cost total for"
                                + " entire OpenAPIv3 schema exceeds budget by factor of 1.045000x");
    }

    @Test
    void a_schema_that_is_known_may_have_a_dear_rule_but_not_too_much_together() {
        String dear = "self.matches(\\u0027" + "[a-z]".repeat(30) + "\\u0027)";
        assertThat(wrong(withText(dear), SchemaCheck.Change.NEW))
                .singleElement()
                .asString()
                .contains("estimated rule cost exceeds budget by factor of 1.195377x");
        assertThat(wrong(withText(dear), SchemaCheck.Change.NONE)).isEmpty();
        assertThat(wrong(withText("self.matches(self)"), SchemaCheck.Change.NONE))
                .hasSize(2)
                .allSatisfy(words -> assertThat(words).contains("total"));
    }

    @Test
    void a_rule_below_a_list_without_a_bound_is_taken_as_often_as_fits_into_a_request() {
        String schema =
                "{'type':'object','properties':{'list':{'type':'array','items':{'type':'object',"
                        + "'required':['a-rather-long-name'],"
                        + "'properties':{'a-rather-long-name':{'type':'string'}},"
                        + "'x-kubernetes-validations':[{'rule':"
                        + "'"
                        + "self == self && ".repeat(4)
                        + "self == self'}]}}}}";
        assertThat(wrong(json(schema), SchemaCheck.Change.NEW)).isEmpty();
        String smaller = schema.replace("'required':['a-rather-long-name'],", "");
        assertThat(wrong(json(smaller), SchemaCheck.Change.NEW)).hasSize(1);
    }
}
