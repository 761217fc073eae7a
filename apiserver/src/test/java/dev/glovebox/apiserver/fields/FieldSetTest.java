package dev.glovebox.apiserver.fields;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FieldSetTest {
    private static final String PORTS =
            """
            {"f:spec":{"f:ports":{".":{},"k:{\\"port\\":80,\\"protocol\\":\\"TCP\\"}":{".":{},"f:port":{}}}},
             "f:metadata":{"f:finalizers":{"v:\\"x\\"":{}}}}
            """;

    private static FieldSet set(String json) {
        return FieldSet.parse(Samples.json(json));
    }

    @Test
    void it_is_read_and_written_as_fields_v1() {
        assertThat(set(PORTS).json()).isEqualTo(Samples.json(PORTS));
        assertThat(set(PORTS).paths(10))
                .containsExactly(
                        ".metadata.finalizers[=\"x\"]",
                        ".spec.ports",
                        ".spec.ports[port=80,protocol=\"TCP\"]",
                        ".spec.ports[port=80,protocol=\"TCP\"].port");
    }

    @Test
    void elements_of_an_unknown_form_are_left_out_and_nonsense_is_refused() {
        assertThat(set("{\"x:later\":{},\"f:a\":{}}").json())
                .isEqualTo(Samples.json("{\"f:a\":{}}"));
        assertThatThrownBy(() -> set("{\"nonsense\":{}}"))
                .isInstanceOf(MalformedFieldsException.class);
        assertThatThrownBy(() -> set("{\"k:{\":{}}")).isInstanceOf(MalformedFieldsException.class);
        assertThatThrownBy(() -> set("[]")).isInstanceOf(MalformedFieldsException.class);
    }

    @Test
    void a_parent_without_its_child_and_a_child_without_its_parent_stay() {
        FieldSet both = set("{\"f:a\":{\".\":{},\"f:b\":{}}}");
        FieldSet parent = set("{\"f:a\":{}}");
        FieldSet child = set("{\"f:a\":{\"f:b\":{}}}");

        assertThat(both.minus(parent)).isEqualTo(child);
        assertThat(both.minus(child)).isEqualTo(parent);
        assertThat(both.minusDeep(parent).isEmpty()).isTrue();
        assertThat(parent.union(child)).isEqualTo(both);
        assertThat(both.intersection(child)).isEqualTo(child);
    }

    @Test
    void names_with_the_characters_of_html_are_written_as_go_writes_them() {
        FieldSet set = new FieldSet();
        set.put(new PathElement.Value(TextNode.valueOf("a<b")), true, FieldSet.EMPTY);

        assertThat(set.json().fieldNames().next()).isEqualTo("v:\"a\\u003cb\"");
        assertThat(FieldSet.parse(set.json())).isEqualTo(set);
    }

    /// Whatever the set, what is written is what was there, and set arithmetic holds.
    @Test
    void random_sets_survive_and_obey_the_laws() {
        Random random = new Random(20_261_127);
        for (int i = 0; i < 2_000; i++) {
            FieldSet one = random(random, 0);
            FieldSet other = random(random, 0);
            String text = one.json().toString();

            assertThat(FieldSet.parse(Samples.json(text)).json().toString()).isEqualTo(text);
            assertThat(one.union(other)).isEqualTo(other.union(one));
            assertThat(one.intersection(other)).isEqualTo(other.intersection(one));
            assertThat(one.minus(other).union(one.intersection(other))).isEqualTo(one);
            assertThat(one.minus(other).intersection(other).isEmpty()).isTrue();
            assertThat(one.union(other).size())
                    .isEqualTo(one.size() + other.size() - one.intersection(other).size());
            assertThat(one.paths(10_000)).hasSize(one.size()).doesNotHaveDuplicates();
        }
    }

    static FieldSet random(Random random, int depth) {
        FieldSet set = new FieldSet();
        int count = random.nextInt(4);
        for (int i = 0; i < count; i++) {
            FieldSet below = depth < 4 ? random(random, depth + 1) : FieldSet.EMPTY;
            set.put(element(random), random.nextBoolean(), below);
        }
        return set;
    }

    private static PathElement element(Random random) {
        String name = List.of("a", "b", "c.d", "é", "{\"", "k:v", "").get(random.nextInt(7));
        JsonNode value = random.nextBoolean() ? TextNode.valueOf(name) : IntNode.valueOf(7);
        return switch (random.nextInt(4)) {
            case 0 -> new PathElement.Value(value);
            case 1 -> new PathElement.Index(random.nextInt(3));
            case 2 -> {
                List<PathElement.Named> fields = new ArrayList<>();
                fields.add(new PathElement.Named("key", value));
                if (random.nextBoolean()) {
                    fields.add(new PathElement.Named("port", IntNode.valueOf(random.nextInt(3))));
                }
                yield new PathElement.Key(fields);
            }
            default -> new PathElement.Field(name);
        };
    }
}
