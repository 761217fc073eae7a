package dev.glovebox.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/// Plain values in canonical form.
public final class Scalars {
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private Scalars() {}

    /// An instant as Kubernetes writes it, to the second.
    public static String time(Instant instant) {
        return DateTimeFormatter.ISO_INSTANT.format(instant.truncatedTo(ChronoUnit.SECONDS));
    }

    static JsonNode integer(Schema schema, JsonNode value, Place at) {
        boolean small = schema.source().path("format").asText().equals("int32");
        boolean whole =
                value.isNumber()
                        && value.decimalValue().stripTrailingZeros().scale() <= 0
                        && value.decimalValue().precision() < 40;
        Decoder.expect(
                whole && (small ? value.canConvertToInt() : value.canConvertToLong()),
                value,
                at,
                small ? "int32" : "int64");
        return number(value.longValue());
    }

    /// Numbers that fit are `int`, as Jackson reads them, so that equal numbers are equal nodes.
    static JsonNode number(long number) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        return number == (int) number ? nodes.numberNode((int) number) : nodes.numberNode(number);
    }

    static JsonNode quantity(JsonNode value, Place at) {
        Decoder.expect(value.isTextual() || value.isNumber(), value, at, "Quantity");
        try {
            String text = value.isNumber() ? value.decimalValue().toString() : value.asText();
            return TextNode.valueOf(Quantity.parse(text).toString());
        } catch (IllegalArgumentException e) {
            throw new MalformedException(Quantity.WORDS);
        }
    }

    static JsonNode bytes(JsonNode value, Place at) {
        Decoder.expect(value.isTextual(), value, at, "[]uint8");
        return TextNode.valueOf(Base64Text.canonical(value.asText()));
    }

    static JsonNode time(JsonNode value, Place at) {
        return TextNode.valueOf(time(instant(value, at)));
    }

    static JsonNode microTime(JsonNode value, Place at) {
        return TextNode.valueOf(MICROS.format(instant(value, at)));
    }

    private static Instant instant(JsonNode value, Place at) {
        Decoder.expect(value.isTextual(), value, at, "Time");
        try {
            return OffsetDateTime.parse(value.asText()).toInstant();
        } catch (DateTimeParseException e) {
            throw new MalformedException(
                    "parsing time \"%s\" at %s".formatted(value.asText(), at.text()));
        }
    }

    /// What Go has where nothing was given.
    static JsonNode zero(Schema schema) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        return switch (schema.form()) {
            case STRUCT -> nodes.objectNode();
            case STRING -> nodes.textNode("");
            case INTEGER, NUMBER -> nodes.numberNode(0);
            case BOOLEAN -> nodes.booleanNode(false);
            case QUANTITY -> nodes.textNode("0");
            case MAP, LIST, BYTES, TIME, MICRO_TIME, INT_OR_STRING, ANY -> NullNode.instance;
        };
    }

    /// Whether a plain value is what Go has where nothing was given.
    static boolean isZero(JsonNode value) {
        return switch (value.getNodeType()) {
            case BOOLEAN -> !value.booleanValue();
            case NUMBER -> value.decimalValue().signum() == 0;
            case STRING -> value.textValue().isEmpty();
            default -> false;
        };
    }

    static String typeOf(JsonNode value) {
        return switch (value.getNodeType()) {
            case ARRAY -> "array";
            case BOOLEAN -> "bool";
            case NUMBER -> "number";
            case STRING -> "string";
            default -> "object";
        };
    }
}
