package dev.glovebox.apiserver.structural;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import dev.glovebox.testkit.Draw;
import dev.glovebox.testkit.RandomCases;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Expressions of clients, beside those of the JDK where both mean the same.
class RegexPropertiesTest {
    @Test
    void they_match_what_the_jdk_matches() {
        RandomCases.check(
                2_000,
                draw -> {
                    String expression = expression(draw, 3);
                    String text = draw.text("ab", draw.below(8));
                    assertThat(Regex.compile(expression).matches(text))
                            .as("<%s> on <%s>", expression, text)
                            .isEqualTo(java.util.regex.Pattern.matches(expression, text));
                });
    }

    private static String expression(Draw draw, int depth) {
        if (depth == 0) {
            return draw.pick(List.of("a", "b", ".", "[ab]", "[^a]", ""));
        }
        String one = expression(draw, depth - 1);
        return switch (draw.below(5)) {
            case 0 -> one + expression(draw, depth - 1);
            case 1 -> "(?:" + one + "|" + expression(draw, depth - 1) + ")";
            case 2 -> "(?:" + one + ")*";
            case 3 -> "(" + one + ")?";
            default -> "(?:" + one + "){" + draw.below(3) + "}";
        };
    }

    @Test
    void any_text_is_an_expression_or_refused() {
        RandomCases.check(
                5_000,
                draw ->
                        compiledOrRefused(
                                draw.once(2)
                                        ? draw.oddText()
                                        : draw.text(
                                                "()[]{}*+?|\\^$.-,:<>PQEbdwszpLN019a",
                                                draw.length())));
    }

    @Test
    @Timeout(60)
    void what_would_take_the_jdk_for_ever_ends() {
        String text = "a".repeat(200_000) + "!";
        for (String expression :
                List.of(
                        "(a+)+$",
                        "(a|aa)+$",
                        "(a|a?)+$",
                        "(.*a){12}$",
                        "([a-z]+)*$",
                        "a*a*a*a*$")) {
            assertThat(Regex.compile(expression).matches(text)).as(expression).isFalse();
        }
    }

    @Test
    @Timeout(60)
    void large_expressions_end_without_the_end_of_the_stack() {
        int most = 16 << 10;
        for (String expression :
                List.of(
                        "(".repeat(most / 2) + ")".repeat(most / 2),
                        "(".repeat(most),
                        "(?:".repeat(most / 4) + ")".repeat(most / 4),
                        "(\\)".repeat(most / 4) + ")".repeat(most / 4),
                        "([)]".repeat(most / 6) + ")".repeat(most / 6),
                        "(\\Q)\\E".repeat(most / 8) + ")".repeat(most / 8),
                        "(a|".repeat(most / 4) + ")".repeat(most / 4),
                        "((((a{9}){9}){9}){9}){9}",
                        "(a{500}){500}",
                        "[a-z]".repeat(most / 5),
                        "a*".repeat(most / 2),
                        "a?".repeat(most / 2),
                        "a?".repeat(1_900),
                        "(?:" + "a?".repeat(60) + "){30}",
                        "()".repeat(most / 2),
                        "^".repeat(most),
                        "\\b".repeat(most / 2),
                        "a|".repeat(most / 2),
                        "\\pL".repeat(most / 3),
                        "(?i)" + "é".repeat(most - 4),
                        "x".repeat(most),
                        "x".repeat(most + 1))) {
            compiledOrRefused(expression);
        }
    }

    @Test
    void ordinary_expressions_are_not_too_large() {
        for (String expression :
                List.of(
                        "^[a-z]*(.{0,1000})?$",
                        "^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\\.)*[a-z]{2,63}$",
                        "^(([0-9]{1,3}\\.){3}[0-9]{1,3})(/[0-9]{1,2})?$",
                        "^(" + "word|".repeat(500) + "word)$")) {
            assertThat(Regex.compile(expression)).isNotNull();
        }
    }

    private static void compiledOrRefused(String expression) {
        try {
            Pattern compiled = Regex.compile(expression);
            assertThat(compiled.matcher("abc(").find()).isIn(true, false);
        } catch (IllegalArgumentException refused) {
            assertThat(refused).hasMessageStartingWith("error parsing regexp: ");
        }
    }
}
