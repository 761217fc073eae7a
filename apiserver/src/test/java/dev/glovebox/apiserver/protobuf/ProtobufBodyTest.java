package dev.glovebox.apiserver.protobuf;

import static dev.glovebox.apiserver.protobuf.Encoding.body;
import static dev.glovebox.apiserver.protobuf.Encoding.enveloped;
import static dev.glovebox.apiserver.protobuf.Encoding.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.schema.Decoder;
import dev.glovebox.apiserver.schema.Schemas;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Bodies in protobuf beside the JSON of the same objects.
class ProtobufBodyTest {
    private static final Schemas SCHEMAS = Schemas.kubernetes();
    private static final String POD = "io.k8s.api.core.v1.Pod";
    private static final int MOST = 3 << 20;

    private static ObjectNode decoded(String place, ObjectNode object) {
        Decoder decoder = new Decoder();
        ObjectNode decoded =
                decoder.decode(
                        SCHEMAS.get(Examples.schema(place)),
                        object.without(List.of("kind", "apiVersion")));
        assertThat(decoder.unknown()).isEmpty();
        return decoded;
    }

    private static ObjectNode pod(Encoding fields) throws IOException {
        return ProtobufBody.read(body("v1", "Pod", fields)).object(POD, MOST);
    }

    static Stream<String> pairs() {
        return Examples.pairs();
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void a_body_becomes_what_the_json_of_the_object_becomes(String place) throws Exception {
        ProtobufBody body = ProtobufBody.read(Examples.protobuf(place));
        ObjectNode json = Examples.json(place);
        assertThat(body.kind()).isEqualTo(json.path("kind").asText());
        assertThat(body.apiVersion()).isEqualTo(json.path("apiVersion").asText());
        assertThat(decoded(place, body.object(Examples.schema(place), MOST)))
                .isEqualTo(decoded(place, json));
    }

    @Test
    void what_kubectl_sends_has_no_empty_text() throws Exception {
        ProtobufBody body = ProtobufBody.read(Examples.protobuf("kubectl/create-namespace"));
        assertThat(body.kind()).isEqualTo("Namespace");
        assertThat(body.object("io.k8s.api.core.v1.Namespace", MOST).toString())
                .isEqualTo("{\"metadata\":{\"name\":\"mine\"},\"spec\":{},\"status\":{}}");
    }

    @Test
    void a_zero_stays_where_go_has_a_pointer_and_goes_where_it_has_a_value() throws Exception {
        ObjectNode pod =
                pod(out ->
                        out.writeByteArray(
                                2,
                                message(spec -> {
                                    spec.writeString(3, "");
                                    spec.writeInt64(4, 0);
                                    spec.writeBool(11, false);
                                    spec.writeBool(21, false);
                                    spec.writeString(29, "");
                                })));
        assertThat(pod.toString())
                .isEqualTo(
                        "{\"spec\":{\"terminationGracePeriodSeconds\":0,"
                                + "\"automountServiceAccountToken\":false,"
                                + "\"runtimeClassName\":\"\"}}");
    }

    @Test
    void the_last_value_counts_and_parts_of_a_message_are_put_together() throws Exception {
        ObjectNode pod =
                pod(out -> {
                    out.writeByteArray(2, message(spec -> spec.writeBool(11, true)));
                    out.writeByteArray(2, message(spec -> spec.writeBool(12, true)));
                    out.writeByteArray(2, message(spec -> spec.writeBool(11, false)));
                });
        assertThat(pod.toString()).isEqualTo("{\"spec\":{\"hostPID\":true}}");
    }

    @Test
    void numbers_may_be_packed() throws Exception {
        byte[] groups = {1, 2};
        byte[] context = message(out -> out.writeByteArray(4, groups));
        byte[] spec = message(out -> out.writeByteArray(14, context));
        assertThat(pod(out -> out.writeByteArray(2, spec)).at("/spec/securityContext").toString())
                .isEqualTo("{\"supplementalGroups\":[1,2]}");
    }

    @Test
    void an_unknown_field_is_passed_over() throws Exception {
        assertThat(
                        pod(
                                        out -> {
                                            out.writeString(1000, "x");
                                            out.writeFixed64(1001, 1);
                                            out.writeByteArray(2, new byte[0]);
                                        })
                                .toString())
                .isEqualTo("{\"spec\":{}}");
    }

    @Test
    void what_is_no_envelope_is_refused() throws Exception {
        for (byte[] bytes :
                List.of(new byte[0], new byte[] {'k', '8', 's'}, new byte[] {'{', '}', 0, 0, 0})) {
            assertThatThrownBy(() -> ProtobufBody.read(bytes))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("expected prefix");
        }
        byte[] packed = enveloped(out -> out.writeString(3, "gzip"));
        assertThatThrownBy(() -> ProtobufBody.read(packed))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("encoded once more");
    }

    @Test
    void what_is_no_message_is_refused() {
        List<Encoding> wrong =
                List.of(
                        out -> out.writeInt64(2, 1),
                        out -> out.writeByteArray(2, new byte[] {0}),
                        out -> out.writeByteArray(2, new byte[] {0x58}),
                        out -> out.writeByteArray(2, new byte[] {0x5d, 0, 0, 0, 0}),
                        out -> out.writeByteArray(2, new byte[] {0x1a, 1, (byte) 0xff}),
                        out -> out.writeRawBytes(new byte[] {0x12, 2, 0}),
                        out -> out.writeRawBytes(new byte[] {0x12, 1, 0x1a}),
                        out -> out.writeRawBytes(new byte[] {0x7b, 0x7c}),
                        out -> out.writeRawBytes(new byte[] {0x7c}),
                        out ->
                                out.writeByteArray(
                                        1,
                                        message(metadata ->
                                                metadata.writeByteArray(
                                                        8,
                                                        message(time ->
                                                                time.writeInt64(
                                                                        1, Long.MAX_VALUE))))));
        for (Encoding fields : wrong) {
            assertThatThrownBy(() -> pod(fields)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void nesting_has_an_end() throws Exception {
        Message itself =
                Message.of(
                        Map.of(
                                1,
                                new Field(
                                        "a",
                                        ValueType.MESSAGE,
                                        "itself",
                                        Field.Shape.SINGLE,
                                        false)));
        byte[] nested = new byte[0];
        for (int i = 0; i < 101; i++) {
            byte[] inner = nested;
            nested = message(out -> out.writeByteArray(1, inner));
        }
        byte[] tooDeep = nested;
        assertThatThrownBy(() -> new MessageReader(name -> itself, tooDeep, MOST).read(itself))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("deep");
        new MessageReader(name -> itself, Arrays.copyOfRange(tooDeep, 3, tooDeep.length), MOST)
                .read(itself);
    }

    /// Whatever the bytes are, there is an object or a refusal.
    @Test
    void damaged_bodies_are_read_or_refused() {
        byte[] whole = Examples.protobuf("zero/core.v1.Pod");
        Random random = new Random(1);
        int refused = 0;
        for (int i = 0; i < 5_000; i++) {
            byte[] damaged = Arrays.copyOf(whole, random.nextInt(whole.length) + 1);
            for (int flips = random.nextInt(4); flips > 0; flips--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            try {
                ProtobufBody.read(damaged).object(POD, MOST);
            } catch (IOException e) {
                refused++;
            }
        }
        assertThat(refused).isBetween(4_000, 5_000);
    }
}
