package dev.glovebox.apiserver.fields;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MergingTest {
    private static JsonNode merge(String kind, String live, String config) {
        return Merging.of(Samples.shape(kind), Samples.object(live), Samples.object(config));
    }

    private static List<String> order(String live, String config) {
        List<String> names = new ArrayList<>();
        merge("Container", env(live), env(config))
                .path("env")
                .forEach(item -> names.add(item.path("name").asText()));
        return names;
    }

    private static String env(String names) {
        List<String> items = new ArrayList<>();
        names.chars().forEach(c -> items.add("{\"name\":\"" + (char) c + "\"}"));
        return "{\"env\":[" + String.join(",", items) + "]}";
    }

    @Test
    void the_configuration_wins_and_what_it_does_not_name_stays() {
        assertThat(
                        merge(
                                "ConfigMap",
                                "{\"data\":{\"a\":\"1\",\"b\":\"1\"}}",
                                "{\"data\":{\"b\":\"2\",\"c\":\"2\"}}"))
                .isEqualTo(Samples.json("{\"data\":{\"a\":\"1\",\"b\":\"2\",\"c\":\"2\"}}"));
    }

    @Test
    void atomic_lists_are_replaced_and_items_with_keys_are_merged() {
        assertThat(
                        merge(
                                "Container",
                                "{\"args\":[\"a\",\"b\"],\"env\":[{\"name\":\"A\",\"value\":\"1\"}]}",
                                "{\"args\":[\"c\"],\"env\":[{\"name\":\"A\"},{\"name\":\"B\"}]}"))
                .isEqualTo(
                        Samples.json(
                                "{\"args\":[\"c\"],\"env\":[{\"name\":\"A\",\"value\":\"1\"},{\"name\":\"B\"}]}"));
    }

    /// As structured-merge-diff orders them.
    @Test
    void shared_items_come_in_the_order_of_the_configuration() {
        assertThat(order("abc", "cba")).containsExactly("c", "b", "a");
        assertThat(order("abc", "d")).containsExactly("a", "b", "c", "d");
        assertThat(order("abcd", "xdb")).containsExactly("a", "c", "x", "d", "b");
        assertThat(order("ab", "bxa")).containsExactly("b", "x", "a");
        assertThat(order("", "ab")).containsExactly("a", "b");
    }

    @Test
    void merging_ends_and_loses_nothing_whatever_the_lists() {
        Random random = new Random(7);
        for (int i = 0; i < 5_000; i++) {
            String live = names(random);
            String config = names(random);
            List<String> merged = order(live, config);

            assertThat(merged).doesNotHaveDuplicates();
            assertThat(String.join("", merged).chars().sorted().boxed().toList())
                    .isEqualTo((live + config).chars().distinct().sorted().boxed().toList());
            assertThat(merged.stream().filter(config::contains).toList())
                    .isEqualTo(config.chars().mapToObj(Character::toString).toList());
        }
    }

    private static String names(Random random) {
        StringBuilder names = new StringBuilder();
        random.ints(random.nextInt(7), 'a', 'h').distinct().forEach(names::appendCodePoint);
        return names.toString();
    }
}
