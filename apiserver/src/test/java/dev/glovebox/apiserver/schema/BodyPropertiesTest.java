package dev.glovebox.apiserver.schema;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.glovebox.testkit.RandomCases;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Whatever comes as a body is a tree or refused, soon, and without an end of the stack.
class BodyPropertiesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final Schema POD = Schemas.kubernetes().get("io.k8s.api.core.v1.Pod");
    private static final int BODY = 3 << 20;

    private interface Reader {
        JsonReader.Document read(byte[] body) throws IOException;
    }

    private static void readOrRefused(Reader reader, byte[] body) {
        try {
            assertThat(reader.read(body).root()).isNotNull();
        } catch (IOException refused) {
            assertThat(refused).hasMessageNotContaining("Exception");
        }
    }

    @Test
    void a_tree_comes_back_from_json() {
        RandomCases.check(
                2_000,
                draw -> {
                    JsonNode tree = draw.tree();
                    assertThat(JsonReader.json(JSON.writeValueAsBytes(tree)).root().toString())
                            .isEqualTo(tree.toString());
                });
    }

    @Test
    void a_tree_comes_back_from_yaml() {
        RandomCases.check(
                1_000,
                draw -> {
                    ObjectNode tree = draw.object();
                    String text = YAML.writeValueAsString(tree);
                    assertThat(YamlReader.yaml(text.getBytes(UTF_8)).root().toString())
                            .as(text)
                            .isEqualTo(tree.toString());
                });
    }

    /// JSON is YAML, but for a line separator inside of a text.
    @Test
    void json_read_as_yaml_is_the_same() {
        RandomCases.check(
                1_000,
                draw -> {
                    String json = JSON.writeValueAsString(draw.object()).replace("\u2028", "");
                    byte[] text = json.getBytes(UTF_8);
                    assertThat(YamlReader.yaml(text).root().toString())
                            .as(new String(text, UTF_8))
                            .isEqualTo(JsonReader.json(text).root().toString());
                });
    }

    @Test
    void any_bytes_are_a_tree_or_refused() {
        RandomCases.check(
                4_000,
                draw -> {
                    byte[] bytes =
                            switch (draw.below(4)) {
                                case 0 -> draw.bytes();
                                case 1 -> draw.oddText().getBytes(UTF_8);
                                case 2 -> draw.spoilt(JSON.writeValueAsString(draw.object()));
                                default -> draw.spoilt(YAML.writeValueAsString(draw.object()));
                            };
                    readOrRefused(JsonReader::json, bytes);
                    readOrRefused(YamlReader::yaml, bytes);
                });
    }

    /// What is decoded once is decoded: to do it again changes nothing.
    @Test
    void decoding_is_done_once() {
        RandomCases.check(
                1_000,
                draw -> {
                    ObjectNode pod = JSON.createObjectNode();
                    pod.set("metadata", draw.object());
                    ObjectNode spec = pod.putObject("spec");
                    for (String field :
                            List.of("nodeName", "hostNetwork", "containers", "a", "priority")) {
                        if (draw.once(2)) {
                            spec.set(field, draw.tree());
                        }
                    }
                    try {
                        ObjectNode once = new Decoder().decode(POD, pod);
                        Decoder again = new Decoder();
                        assertThat(again.decode(POD, once)).isEqualTo(once);
                        assertThat(again.unknown()).isEmpty();
                    } catch (MalformedException refused) {
                        assertThat(refused).hasMessageStartingWith("json: cannot unmarshal ");
                    }
                });
    }

    @Test
    void duplicates_are_named_as_many_as_there_are_but_not_without_end() throws IOException {
        String twice = "{\"x\":{\"a\":1,\"b\":[{\"c\":1,\"c\":2}],\"a\":3}}";
        assertThat(JsonReader.json(twice.getBytes(UTF_8)).duplicates())
                .containsExactly("x.b[0].c", "x.a");
        String many = "{\"a\":1" + ",\"a\":1".repeat(400_000) + "}";
        assertThat(JsonReader.json(many.getBytes(UTF_8)).duplicates()).hasSize(100);
    }

    /// Where each value is must not be written down for each of them.
    @Test
    @Timeout(60)
    void many_values_below_long_names_are_read_soon() throws IOException {
        String name = "n".repeat(60_000);
        int levels = 30;
        StringBuilder body = new StringBuilder("{\"metadata\":{\"annotations\":");
        body.append(("{\"" + name + "\":").repeat(levels));
        body.append("[0").append(",0".repeat(500_000)).append("]");
        body.append("}".repeat(levels)).append("}}");
        assertThat(body.length()).isLessThan(BODY);
        ObjectNode read = (ObjectNode) JsonReader.json(body.toString().getBytes(UTF_8)).root();
        assertThatThrownBy(() -> new Decoder().decode(POD, read))
                .isInstanceOf(MalformedException.class);
        readOrRefused(YamlReader::yaml, body.toString().getBytes(UTF_8));
    }

    @Test
    @Timeout(120)
    void what_swells_is_read_or_refused_soon() {
        List<String> bodies =
                List.of(
                        "[".repeat(BODY),
                        "{\"a\":".repeat(BODY / 5),
                        "[" + "1,".repeat(BODY / 2),
                        "\"" + "\\u0000".repeat(BODY / 6),
                        "9".repeat(BODY),
                        "{\"x\":1e" + "9".repeat(100_000) + "}",
                        "{\"" + "k".repeat(BODY - 10) + "\":1}",
                        "- ".repeat(BODY / 2),
                        "? ".repeat(BODY / 2),
                        "a: ".repeat(BODY / 3),
                        "&a ".repeat(BODY / 3),
                        "!!str ".repeat(BODY / 6),
                        "{".repeat(BODY),
                        "[a, ".repeat(BODY / 4),
                        "a: |\n" + " x\n".repeat(BODY / 3),
                        "a: '" + "''".repeat(BODY / 2),
                        "#".repeat(BODY),
                        "---\n".repeat(BODY / 4),
                        "%YAML 1.1\n".repeat(BODY / 10),
                        "x".repeat(BODY),
                        "x: " + "y ".repeat(BODY / 2),
                        "\n".repeat(BODY));
        for (String body : bodies) {
            readOrRefused(JsonReader::json, body.getBytes(UTF_8));
            readOrRefused(YamlReader::yaml, body.getBytes(UTF_8));
        }
    }

    /// A number whose digits would fill the memory stays the few characters that it is.
    @Test
    @Timeout(30)
    void numbers_with_enormous_exponents_are_refused_where_a_whole_number_belongs()
            throws IOException {
        for (String number : List.of("1e999999999", "1e-999999999", "-1e99999", "1e400")) {
            String pod = "{\"spec\":{\"priority\":%s}}".formatted(number);
            ObjectNode read = (ObjectNode) JsonReader.json(pod.getBytes(UTF_8)).root();
            assertThatThrownBy(() -> new Decoder().decode(POD, read))
                    .as(number)
                    .isInstanceOf(MalformedException.class);
            String limit =
                    "{\"spec\":{\"overhead\":{\"cpu\":%s},\"containers\":[{\"ports\":[{\"containerPort\":%s}]}]}}"
                            .formatted(number, number);
            ObjectNode quantity = (ObjectNode) JsonReader.json(limit.getBytes(UTF_8)).root();
            assertThatThrownBy(() -> new Decoder().decode(POD, quantity))
                    .isInstanceOf(MalformedException.class);
        }
    }
}
