package dev.glovebox.apiserver.cel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.Path;
import dev.glovebox.apiserver.structural.Amount;
import dev.glovebox.apiserver.structural.ExpressionCheck;
import dev.glovebox.apiserver.structural.SchemaCheck;
import dev.glovebox.testkit.Draw;
import dev.glovebox.testkit.RandomCases;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Rules that nobody would write: each is refused, or judges in bounded time.
class RulePropertiesTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /// A schema of an object with a number `n`, a text `s` and a list `l`, and one rule.
    private static ObjectNode schema(String rule) {
        ObjectNode schema = JSON.createObjectNode().put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        properties.putObject("n").put("type", "integer");
        properties.putObject("s").put("type", "string");
        properties.putObject("l").put("type", "array").putObject("items").put("type", "integer");
        schema.putArray("x-kubernetes-validations").addObject().put("rule", rule);
        return schema;
    }

    /// Whether it compiles; evaluates it if it does.
    private static boolean judged(String rule) {
        ObjectNode schema = schema(rule);
        FieldErrors refused = new FieldErrors();
        // Of a schema that is known, so that what could cost too much is evaluated all the same.
        new RuleCheck(SchemaCheck.Change.NONE)
                .check(
                        schema,
                        new ExpressionCheck.Place(
                                Path.of("schema"), false, null, Optional.of(Amount.ONE)),
                        refused);
        if (!refused.isEmpty()) {
            return false;
        }
        ObjectNode object = JSON.createObjectNode().put("n", 3).put("s", "aab");
        object.putArray("l").add(1).add(2).add(3);
        FieldErrors broken = new FieldErrors();
        SchemaRules.of(schema)
                .ifPresent(rules -> rules.check(object, MissingNode.getInstance(), broken));
        return true;
    }

    /// A sum or a comparison, and what it is.
    private record Known(String text, long value) {
        static Known draw(Draw draw, int depth) {
            if (depth == 0) {
                int number = draw.below(10);
                return draw.once(4) ? new Known("self.n", 3) : new Known("" + number, number);
            }
            Known a = draw(draw, depth - 1);
            Known b = draw(draw, depth - 1);
            return switch (draw.below(4)) {
                case 0 -> new Known("(" + a.text + " + " + b.text + ")", a.value + b.value);
                case 1 -> new Known("(" + a.text + " - " + b.text + ")", a.value - b.value);
                case 2 -> new Known("(" + a.text + " * " + b.text + ")", a.value * b.value);
                default ->
                        new Known(
                                "(" + a.text + " < " + b.text + " ? " + a.text + " : " + b.text
                                        + ")",
                                Math.min(a.value, b.value));
            };
        }
    }

    @Test
    void sums_are_what_they_are() {
        RandomCases.check(
                200,
                draw -> {
                    Known known = Known.draw(draw, draw.below(4));
                    ObjectNode schema = schema(known.text() + " == " + known.value());
                    FieldErrors broken = new FieldErrors();
                    SchemaRules.of(schema)
                            .orElseThrow()
                            .check(
                                    JSON.createObjectNode().put("n", 3),
                                    MissingNode.getInstance(),
                                    broken);
                    assertThat(broken.causes()).as(known.text()).isEmpty();
                });
    }

    @Test
    void any_text_is_a_rule_or_refused() {
        RandomCases.check(
                500,
                draw -> {
                    String rule =
                            "self.l.exists(x, x > self.n) || self.s.matches('a+') && has(self.s) ? !(1 in self.l) : true";
                    judged(draw.once(3) ? draw.oddText() : new String(draw.spoilt(rule), UTF_8));
                });
    }

    @Test
    @Timeout(120)
    void rules_that_nest_and_rules_that_multiply_end() {
        for (String rule :
                List.of(
                        "(".repeat(5_000) + "true" + ")".repeat(5_000),
                        "[".repeat(5_000) + "]".repeat(5_000) + " == []",
                        "{1:".repeat(3_000) + "1" + "}".repeat(3_000) + " == {}",
                        "!".repeat(10_001) + "true",
                        "-".repeat(10_001) + "1 == 1",
                        "true" + " && true".repeat(10_000),
                        "1" + " + 1".repeat(5_000) + " == 5001",
                        "true ? ".repeat(3_000) + "true" + " : false".repeat(3_000),
                        "self" + ".s".repeat(5_000) + " == ''",
                        "size(".repeat(3_000) + "self.s" + ")".repeat(3_000) + " == 1",
                        "'" + "a".repeat(100_000) + "' == ''",
                        "self.l.all(a, " + "self.l.all(b, ".repeat(12) + "true" + ")".repeat(13),
                        "self.s.matches('" + "(a+)+".repeat(100) + "$')",
                        "[1,2,3].map(a, [1,2,3].map(b, [1,2,3].map(c, [a,b,c]))).size() == 3")) {
            judged(rule);
        }
    }
}
