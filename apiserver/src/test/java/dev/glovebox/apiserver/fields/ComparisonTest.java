package dev.glovebox.apiserver.fields;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    private static Comparison compare(String kind, String old, String now) {
        return Comparison.of(Samples.shape(kind), Samples.json(old), Samples.json(now));
    }

    @Test
    void entries_of_maps_are_told_apart() {
        Comparison found =
                compare(
                        "ConfigMap",
                        "{\"data\":{\"same\":\"1\",\"gone\":\"1\",\"other\":\"1\"}}",
                        "{\"data\":{\"same\":\"1\",\"other\":\"2\",\"new\":\"1\"}}");

        assertThat(found.removed().paths(9)).containsExactly(".data.gone");
        assertThat(found.modified().paths(9)).containsExactly(".data.other");
        assertThat(found.added().paths(9)).containsExactly(".data.new");
    }

    @Test
    void a_map_that_was_not_there_is_added_with_its_entries() {
        assertThat(compare("ConfigMap", "{}", "{\"data\":{\"a\":\"1\"}}").added().paths(9))
                .containsExactly(".data", ".data.a");
        assertThat(
                        compare("ConfigMap", "{\"data\":{}}", "{\"data\":{\"a\":\"1\"}}")
                                .added()
                                .paths(9))
                .containsExactly(".data.a");
    }

    @Test
    void items_of_a_list_are_found_by_their_keys_and_the_defaults_of_those() {
        Comparison found =
                compare(
                        "Container",
                        "{\"ports\":[{\"containerPort\":80,\"name\":\"a\"}]}",
                        "{\"ports\":[{\"containerPort\":81},{\"containerPort\":80,\"protocol\":\"TCP\",\"name\":\"b\"}]}");

        assertThat(found.modified().paths(9))
                .containsExactly(".ports[containerPort=80,protocol=\"TCP\"].name");
        assertThat(found.added().paths(9))
                .containsExactly(
                        ".ports[containerPort=81,protocol=\"TCP\"]",
                        ".ports[containerPort=80,protocol=\"TCP\"].protocol",
                        ".ports[containerPort=81,protocol=\"TCP\"].containerPort");
    }

    @Test
    void what_is_atomic_changes_as_a_whole() {
        assertThat(
                        compare("Container", "{\"args\":[\"a\"]}", "{\"args\":[\"a\",\"b\"]}")
                                .modified()
                                .paths(9))
                .containsExactly(".args");
        assertThat(
                        compare("ObjectReference", "{\"name\":\"a\"}", "{\"name\":\"b\"}")
                                .modified()
                                .paths(9))
                .isEmpty();
        assertThat(
                        compare(
                                        "Event",
                                        "{\"involvedObject\":{\"name\":\"a\"}}",
                                        "{\"involvedObject\":{\"name\":\"b\"}}")
                                .modified()
                                .paths(9))
                .containsExactly(".involvedObject");
    }

    @Test
    void sets_are_compared_by_their_values() {
        Comparison found =
                compare(
                        "ConfigMap",
                        "{\"metadata\":{\"finalizers\":[\"a\",\"b\"]}}",
                        "{\"metadata\":{\"finalizers\":[\"c\",\"b\"]}}");

        assertThat(found.removed().paths(9)).containsExactly(".metadata.finalizers[=\"a\"]");
        assertThat(found.added().paths(9)).containsExactly(".metadata.finalizers[=\"c\"]");
    }

    @Test
    void items_that_are_there_twice_are_one_field() {
        String one = "{\"env\":[{\"name\":\"A\",\"value\":\"1\"}]}";
        String two =
                "{\"env\":[{\"name\":\"A\",\"value\":\"1\"},{\"name\":\"A\",\"value\":\"2\"}]}";
        String three =
                "{\"env\":[{\"name\":\"A\",\"value\":\"1\"},{\"name\":\"A\",\"value\":\"3\"}]}";

        assertThat(compare("Container", two, three).modified().paths(9))
                .containsExactly(".env[name=\"A\"]");
        assertThat(compare("Container", one, two).added().paths(9))
                .containsExactly(".env[name=\"A\"]");
        assertThat(compare("Container", one, two).removed().paths(9))
                .contains(".env[name=\"A\"].value");
        assertThat(compare("Container", two, one).removed().paths(9))
                .containsExactly(".env[name=\"A\"]");
    }

    @Test
    void numbers_are_what_they_are_worth() {
        String schema = "{\"spec\":{\"priority\":%s}}";

        assertThat(compare("Pod", schema.formatted("1"), schema.formatted("1.0")).isEmpty())
                .isTrue();
        assertThat(compare("Pod", schema.formatted("1"), schema.formatted("2")).isEmpty())
                .isFalse();
    }

    @Test
    void many_items_take_no_more_than_linear_time_and_depth_takes_no_stack() {
        ObjectNode old = Samples.object("{\"env\":[]}");
        ObjectNode now = Samples.object("{\"env\":[]}");
        for (int i = 0; i < 50_000; i++) {
            ((ArrayNode) old.path("env")).addObject().put("name", "n" + i).put("value", "1");
            ((ArrayNode) now.path("env")).insertObject(0).put("name", "n" + i).put("value", "2");
        }
        Comparison found =
                Assertions.assertTimeout(
                        Duration.ofSeconds(20),
                        () -> Comparison.of(Samples.shape("Container"), old, now));
        assertThat(found.modified().size()).isEqualTo(50_000);

        String deep = "{\"a\":".repeat(400) + "1" + "}".repeat(400);
        Comparison added = Comparison.of(Shape.DEDUCED, Samples.json("{}"), Samples.json(deep));
        assertThat(added.added().size()).isEqualTo(400);
        assertThat(FieldSet.parse(added.added().json())).isEqualTo(added.added());
    }
}
