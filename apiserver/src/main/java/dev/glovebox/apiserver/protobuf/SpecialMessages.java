package dev.glovebox.apiserver.protobuf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.glovebox.apiserver.protobuf.Field.Shape;
import dev.glovebox.apiserver.schema.JsonReader;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;

/// Messages whose Go types encode themselves, by the names that `messages.json.gz` has for them.
/// Field numbers are those of the `generated.proto` of k8s.io/apimachinery's packages, named at
/// each.
final class SpecialMessages {
    static final Map<String, Message> BY_NAME =
            Map.of(
                    // Quantity in pkg/api/resource.
                    "quantity",
                    special(
                            SpecialMessages::quantity,
                            Map.of(1, plain("string", ValueType.STRING))),
                    // Time and MicroTime in pkg/apis/meta/v1.
                    "time",
                    special(
                            SpecialMessages::time,
                            Map.of(
                                    1,
                                    plain("seconds", ValueType.INT64),
                                    2,
                                    plain("nanos", ValueType.INT32))),
                    // IntOrString in pkg/util/intstr.
                    "intOrString",
                    special(
                            SpecialMessages::intOrString,
                            Map.of(
                                    1, plain("type", ValueType.INT64),
                                    2, plain("intVal", ValueType.INT32),
                                    3, plain("strVal", ValueType.STRING))),
                    // FieldsV1 in pkg/apis/meta/v1, RawExtension in pkg/runtime.
                    "json",
                    special(SpecialMessages::json, Map.of(1, plain("raw", ValueType.RAW))),
                    // Lists of texts with a name of their own, such as ExtraValue.
                    "strings",
                    special(
                            fields -> fields.has("items") ? fields.get("items") : NullNode.instance,
                            Map.of(
                                    1,
                                    new Field("items", ValueType.STRING, "", Shape.LIST, false))));

    private SpecialMessages() {}

    private static Message special(Message.Json json, Map<Integer, Field> fields) {
        return new Message(fields, Optional.of(json));
    }

    private static Field plain(String name, ValueType type) {
        return Field.plain(name, type);
    }

    private static JsonNode quantity(ObjectNode fields) {
        return TextNode.valueOf(fields.path("string").asText("0"));
    }

    /// To the nanosecond; the schema's decoder knows how much of it counts. No bytes are no time.
    private static JsonNode time(ObjectNode fields) throws IOException {
        if (fields.isEmpty()) {
            return NullNode.instance;
        }
        try {
            Instant instant =
                    Instant.ofEpochSecond(
                            fields.path("seconds").asLong(), fields.path("nanos").asLong());
            int year = OffsetDateTime.ofInstant(instant, ZoneOffset.UTC).getYear();
            if (year >= 0 && year <= 9999) {
                return TextNode.valueOf(instant.toString());
            }
        } catch (DateTimeException | ArithmeticException e) {
            throw new IOException("a time out of range", e);
        }
        throw new IOException("a time out of range");
    }

    private static JsonNode intOrString(ObjectNode fields) throws IOException {
        long type = fields.path("type").asLong();
        if (type == 0) {
            return IntNode.valueOf(fields.path("intVal").asInt());
        }
        if (type == 1) {
            return TextNode.valueOf(fields.path("strVal").asText());
        }
        throw new IOException("neither a number nor text: " + fields);
    }

    private static JsonNode json(ObjectNode fields) throws IOException {
        byte[] raw = fields.path("raw").binaryValue();
        return raw == null || raw.length == 0 ? NullNode.instance : JsonReader.json(raw).root();
    }
}
