package dev.glovebox.apiserver.protobuf;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.protobuf.Field.Shape;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;

/// A body of the type `application/vnd.kubernetes.protobuf`: the bytes `k8s\0` and a
/// `runtime.Unknown` (k8s.io/apimachinery's `pkg/runtime/generated.proto`), which says of what kind
/// the object inside is.
///
/// @param apiVersion as the client wrote it, empty if it did not
/// @param kind as the client wrote it, empty if it did not
/// @param raw the encoded object
public record ProtobufBody(String apiVersion, String kind, byte[] raw) {
    /// The media type, without parameters.
    public static final String MEDIA_TYPE = "application/vnd.kubernetes.protobuf";

    private static final byte[] MAGIC = {'k', '8', 's', 0};
    private static final Message TYPE_META =
            Message.of(
                    Map.of(
                            1, Field.plain("apiVersion", ValueType.STRING),
                            2, Field.plain("kind", ValueType.STRING)));
    private static final Message UNKNOWN =
            Message.of(
                    Map.of(
                            1, new Field("", ValueType.MESSAGE, "typeMeta", Shape.INLINE, false),
                            2, Field.plain("raw", ValueType.RAW),
                            3, Field.plain("contentEncoding", ValueType.STRING)));

    /// Whether objects of a schema can be read.
    public static boolean isSpokenFor(String schema) {
        return Messages.kubernetes().has(schema);
    }

    /// Reads the envelope; the object inside is not looked at yet.
    ///
    /// @throws IOException when it is none, or when its content is encoded once more
    public static ProtobufBody read(byte[] body) throws IOException {
        if (!Arrays.equals(body, 0, Math.min(body.length, MAGIC.length), MAGIC, 0, MAGIC.length)) {
            throw new IOException(
                    "provided data does not appear to be a protobuf message, expected prefix "
                            + Arrays.toString(MAGIC));
        }
        byte[] content = Arrays.copyOfRange(body, MAGIC.length, body.length);
        ObjectNode unknown =
                new MessageReader(name -> TYPE_META, content, Integer.MAX_VALUE).read(UNKNOWN);
        if (!unknown.path("contentEncoding").asText().isEmpty()) {
            throw new IOException("content that is encoded once more is not supported");
        }
        byte[] raw = unknown.path("raw").binaryValue();
        return new ProtobufBody(
                unknown.path("apiVersion").asText(),
                unknown.path("kind").asText(),
                raw == null ? new byte[0] : raw);
    }

    /// The object inside, as its JSON would be, but without `apiVersion` and `kind`. Quantities and
    /// times are not yet canonical.
    ///
    /// @param schema name of its schema, for example `io.k8s.api.core.v1.Pod`
    /// @param most bytes that its JSON may have
    /// @throws TooLargeException when it has more, not counting what only JSON escapes
    /// @throws IOException when it is no such object
    public ObjectNode object(String schema, int most) throws IOException {
        Messages messages = Messages.kubernetes();
        return new MessageReader(messages::get, raw, most).read(messages.get(schema));
    }
}
