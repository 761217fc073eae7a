package dev.glovebox.apiserver.selectors;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import dev.glovebox.testkit.Draw;
import dev.glovebox.testkit.RandomCases;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Selectors beside predicates that were made together with their text.
class SelectorPropertiesTest {
    private static final List<String> KEYS = List.of("a", "b", "app.example/tier", "in", "notin");
    private static final List<String> VALUES = List.of("", "x", "y", "7", "03", "10", "in", "B_.c");

    private record Requirement(String text, Predicate<Map<String, String>> holds) {}

    private static Requirement label(Draw draw) {
        String key = draw.pick(KEYS);
        String value = draw.pick(VALUES);
        List<String> some = List.of(draw.pick(VALUES), draw.pick(VALUES), draw.pick(VALUES));
        String gap = draw.pick(List.of("", " ", "\t "));
        long bound = draw.below(20);
        return switch (draw.below(8)) {
            case 0 -> new Requirement(key, labels -> labels.containsKey(key));
            case 1 -> new Requirement("!" + gap + key, labels -> !labels.containsKey(key));
            case 2 ->
                    new Requirement(
                            key + gap + draw.pick(List.of("=", "==")) + gap + value,
                            labels -> value.equals(labels.get(key)));
            case 3 ->
                    new Requirement(
                            key + gap + "!=" + gap + value,
                            labels -> !value.equals(labels.get(key)));
            case 4 ->
                    new Requirement(
                            key + " in " + gap + "(" + String.join("," + gap, some) + ")",
                            labels -> labels.containsKey(key) && some.contains(labels.get(key)));
            case 5 ->
                    new Requirement(
                            key + " notin (" + String.join(gap + ",", some) + ")",
                            labels -> !labels.containsKey(key) || !some.contains(labels.get(key)));
            case 6 ->
                    new Requirement(
                            key + gap + ">" + gap + bound,
                            labels -> number(labels.get(key)) > bound);
            default ->
                    new Requirement(
                            key + gap + "<" + gap + bound,
                            labels -> number(labels.get(key)) < bound);
        };
    }

    /// NaN, which compares with nothing, for what is no number.
    private static double number(@Nullable String value) {
        return value != null && value.matches("-?[0-9]+") ? Long.parseLong(value) : Double.NaN;
    }

    private static Map<String, String> labels(Draw draw) {
        Map<String, String> labels = new TreeMap<>();
        for (int i = draw.below(5); i > 0; i--) {
            labels.put(draw.pick(KEYS), draw.pick(VALUES));
        }
        return labels;
    }

    private static ObjectNode object(Map<String, String> labels) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        ObjectNode metadata = object.putObject("metadata");
        labels.forEach(metadata.putObject("labels")::put);
        return object;
    }

    @Test
    void a_label_selector_picks_what_its_requirements_pick() {
        RandomCases.check(
                3_000,
                draw -> {
                    List<Requirement> requirements = new ArrayList<>();
                    for (int i = draw.below(4); i >= 0; i--) {
                        requirements.add(label(draw));
                    }
                    String text =
                            String.join(",", requirements.stream().map(Requirement::text).toList());
                    Map<String, String> labels = labels(draw);
                    assertThat(LabelSelectors.parse(text).matches(object(labels)))
                            .as("<%s> of %s", text, labels)
                            .isEqualTo(requirements.stream().allMatch(r -> r.holds().test(labels)));
                });
    }

    @Test
    void a_field_selector_picks_what_its_terms_pick() {
        RandomCases.check(
                2_000,
                draw -> {
                    List<String> texts = new ArrayList<>();
                    Predicate<ObjectNode> model = any -> true;
                    for (int i = draw.below(4); i > 0; i--) {
                        String field = draw.pick(List.of("metadata.name", "metadata.namespace"));
                        String value = draw.pick(List.of("", "x", "y", "kube-system"));
                        String operator = draw.pick(List.of("=", "==", "!="));
                        texts.add(field + operator + value);
                        String name = field.substring("metadata.".length());
                        model =
                                model.and(o ->
                                        o.path("metadata").path(name).asText().equals(value)
                                                != operator.equals("!="));
                    }
                    ObjectNode object = JsonNodeFactory.instance.objectNode();
                    object.putObject("metadata")
                            .put("name", draw.pick(List.of("x", "y")))
                            .put("namespace", draw.pick(List.of("", "kube-system")));
                    String text = String.join(",", texts);
                    assertThat(FieldSelectors.parse(text).over(Map.of()).matches(object))
                            .as("<%s> of %s", text, object)
                            .isEqualTo(model.test(object));
                });
    }

    @Test
    void values_of_fields_are_escaped() {
        RandomCases.check(
                2_000,
                draw -> {
                    String value = draw.oddText();
                    String escaped =
                            value.replace("\\", "\\\\").replace(",", "\\,").replace("=", "\\=");
                    FieldSelectors selectors = FieldSelectors.parse("metadata.name=" + escaped);
                    assertThat(selectors.terms())
                            .containsExactly(new FieldSelectors.Term("metadata.name", true, value));
                });
    }

    @Test
    void any_text_is_a_selector_or_a_bad_request() {
        RandomCases.check(
                5_000,
                draw -> {
                    String text =
                            draw.once(2)
                                    ? draw.oddText()
                                    : new String(
                                            draw.spoilt(label(draw).text()),
                                            java.nio.charset.StandardCharsets.UTF_8);
                    refusedOr(() -> LabelSelectors.parse(text).matches(object(labels(draw))));
                    refusedOr(() -> FieldSelectors.parse(text).over(Map.of()));
                });
    }

    @Test
    void what_is_wrong_is_said_as_kubernetes_says_it() {
        assertRefused(
                "metadata.name=a=b", "invalid field selector: unescaped character in value: 61");
        assertRefused("metadata.name=a\\x", "invalid field selector: invalid escape sequence: \\x");
        assertRefused("metadata.name=a\\", "invalid field selector: invalid escape sequence: \\");
    }

    /// Nothing between commas is the empty value.
    @Test
    void lists_of_values_may_have_gaps() {
        for (String list : List.of("()", "(,)", "(x,)", "(,x)", "(x,,y)", "(x,,,y)", "( , )")) {
            assertThat(LabelSelectors.parse("a in " + list).matches(object(Map.of("a", ""))))
                    .as(list)
                    .isTrue();
        }
        assertThat(LabelSelectors.parse("a in (x,y)").matches(object(Map.of("a", "")))).isFalse();
        for (String list : List.of("(", "(x", "(x,", "(x y)", "(x=)", "((x))", "x")) {
            org.assertj.core.api.Assertions.assertThatThrownBy(
                            () -> LabelSelectors.parse("a in " + list))
                    .as(list)
                    .hasMessageStartingWith("unable to parse requirement: found '");
        }
    }

    private static void assertRefused(String text, String message) {
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> FieldSelectors.parse(text))
                .hasMessage(message);
    }

    @Test
    void a_selector_as_long_as_a_url_ends() {
        String many = "a in (" + "x,".repeat(100_000) + "y)";
        assertThat(LabelSelectors.parse(many).matches(object(Map.of("a", "y")))).isTrue();
        String wide = "a=x" + ",a=x".repeat(60_000);
        assertThat(LabelSelectors.parse(wide).matches(object(Map.of("a", "x")))).isTrue();
        String fields = "metadata.name=x" + ",metadata.name=x".repeat(15_000);
        assertThat(FieldSelectors.parse(fields).over(Map.of()).matches(object(Map.of()))).isFalse();
    }

    private static void refusedOr(Runnable parsing) {
        try {
            parsing.run();
        } catch (ApiException refused) {
            assertThat(refused.reason()).isEqualTo(StatusReason.BAD_REQUEST);
        }
    }
}
