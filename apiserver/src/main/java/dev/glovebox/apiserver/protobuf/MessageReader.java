package dev.glovebox.apiserver.protobuf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.Base64;
import java.util.function.Function;

/// Reads one encoded message into the tree that Go's JSON of the same object would be. As Go reads
/// it: an unknown field is passed over, of a field that occurs twice the last value counts, and the
/// parts of a message that comes in parts are put together. One use, one thread.
///
/// What is a zero is the one question that protobuf leaves open. Go's encoder writes every field
/// that it holds by value, set or not, and a field that it holds by pointer only if it is set. So
/// an empty `restartPolicy` must vanish, or no default would replace it, and
/// `terminationGracePeriodSeconds: 0`, `runAsUser: 0` or `automountServiceAccountToken: false` must
/// stay. The difference is in the Go types alone, and comes with the field ([Field#omitZero]).
/// Messages always stay, as Go's JSON keeps structs: an empty `labelSelector` selects everything,
/// an absent one nothing.
final class MessageReader {
    /// As deep as protobuf's own parsers go; Kubernetes' messages need less than a fifth.
    private static final int MOST_NESTED = 100;

    private static final Base64.Encoder BASE64 = Base64.getEncoder();

    private final Function<String, Message> messages;
    private final CodedInputStream in;
    private final int most;
    private int counted;
    private int nested;

    /// @param most bytes of the JSON
    MessageReader(Function<String, Message> messages, byte[] bytes, int most) throws IOException {
        this.messages = messages;
        this.most = most;
        this.in = CodedInputStream.newInstance(bytes);
        // Without it the length of an inner message is not held against what there is.
        in.pushLimit(bytes.length);
    }

    /// The tree of the whole input.
    ///
    /// @throws IOException when it is no such message
    ObjectNode read(Message message) throws IOException {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        fields(message, object);
        return object;
    }

    private void fields(Message message, ObjectNode into) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            Field field = message.fields().get(WireFormat.getTagFieldNumber(tag));
            if (field == null) {
                skip(tag);
            } else {
                field(field, WireFormat.getTagWireType(tag), into);
            }
        }
    }

    /// Groups, which nothing of Kubernetes has, could nest without an end.
    private void skip(int tag) throws IOException {
        int wireType = WireFormat.getTagWireType(tag);
        if (wireType == WireFormat.WIRETYPE_START_GROUP
                || wireType == WireFormat.WIRETYPE_END_GROUP) {
            throw new IOException("a group, which is not supported");
        }
        in.skipField(tag);
    }

    private void field(Field field, int wireType, ObjectNode into) throws IOException {
        switch (field.shape()) {
            case SINGLE -> single(field, wireType, into);
            case LIST -> items(field, wireType, into.withArrayProperty(field.name()));
            case MAP -> entry(field, wireType, into.withObjectProperty(field.name()));
            case INLINE -> message(field, wireType, messages.apply(field.message()), into);
        }
    }

    private void single(Field field, int wireType, ObjectNode into) throws IOException {
        if (object(field) && into.get(field.name()) instanceof ObjectNode begun) {
            message(field, wireType, messages.apply(field.message()), begun);
            return;
        }
        JsonNode value = value(field, wireType);
        if (value.isNull() || (field.omitZero() && isZero(value))) {
            into.remove(field.name());
        } else {
            count(field.name().length() + "\"\":0,".length());
            into.set(field.name(), value);
        }
    }

    private boolean object(Field field) {
        return field.type() == ValueType.MESSAGE
                && messages.apply(field.message()).json().isEmpty();
    }

    private void items(Field field, int wireType, ArrayNode list) throws IOException {
        boolean packed =
                wireType == WireFormat.WIRETYPE_LENGTH_DELIMITED
                        && field.type().wireType() == WireFormat.WIRETYPE_VARINT;
        if (!packed) {
            list.add(item(field, wireType));
            return;
        }
        int around = in.pushLimit(in.readRawVarint32());
        while (in.getBytesUntilLimit() > 0) {
            list.add(item(field, WireFormat.WIRETYPE_VARINT));
        }
        in.popLimit(around);
    }

    private JsonNode item(Field field, int wireType) throws IOException {
        count("0,".length());
        return value(field, wireType);
    }

    /// A value that the entry leaves out is null, which the schema's decoder replaces by its zero.
    private void entry(Field field, int wireType, ObjectNode map) throws IOException {
        ObjectNode entry = JsonNodeFactory.instance.objectNode();
        message(field, wireType, field.entry(), entry);
        map.set(entry.path("k").asText(), entry.get("v"));
    }

    private JsonNode value(Field field, int wireType) throws IOException {
        expect(field, wireType);
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        return switch (field.type()) {
            case STRING -> nodes.textNode(counted(in.readStringRequireUtf8()));
            case BYTES -> nodes.textNode(counted(BASE64.encodeToString(in.readByteArray())));
            case RAW -> nodes.binaryNode(in.readByteArray());
            case BOOLEAN -> nodes.booleanNode(in.readBool());
            case INT32 -> nodes.numberNode(in.readInt32());
            case INT64 -> nodes.numberNode(in.readInt64());
            case MESSAGE -> {
                Message message = messages.apply(field.message());
                ObjectNode object = nodes.objectNode();
                message(field, wireType, message, object);
                yield message.json().isEmpty() ? object : message.json().get().of(object);
            }
        };
    }

    private void message(Field field, int wireType, Message message, ObjectNode into)
            throws IOException {
        if (wireType != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
            throw wrongType(field, wireType);
        }
        if (++nested > MOST_NESTED) {
            throw new IOException("nested more than " + MOST_NESTED + " deep");
        }
        int around = in.pushLimit(in.readRawVarint32());
        fields(message, into);
        in.popLimit(around);
        nested--;
    }

    private String counted(String text) throws IOException {
        count(text.length());
        return text;
    }

    private void count(int bytes) throws IOException {
        counted += bytes;
        if (counted > most) {
            throw new TooLargeException(most);
        }
    }

    private static void expect(Field field, int wireType) throws IOException {
        if (wireType != field.type().wireType()) {
            throw wrongType(field, wireType);
        }
    }

    private static IOException wrongType(Field field, int wireType) {
        return new IOException(
                "wrong wireType = %d for field %s".formatted(wireType, field.name()));
    }

    private static boolean isZero(JsonNode value) {
        return value.isTextual() ? value.asText().isEmpty() : !value.asBoolean();
    }
}
