package dev.glovebox.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.kinds.KindCatalogue;
import dev.glovebox.apiserver.protobuf.ProtobufBody;
import dev.glovebox.apiserver.protobuf.TooLargeException;
import dev.glovebox.apiserver.schema.JsonReader;
import dev.glovebox.apiserver.schema.YamlReader;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;

/// Reads a body in the format that its content type names, and checks of what kind it is. All
/// formats become the same tree.
final class BodyParser {
    private static final String JSON = "couldn't get version/kind; json parse error: ";

    private final Supplier<KindCatalogue> kinds;

    BodyParser(Supplier<KindCatalogue> kinds) {
        this.kinds = kinds;
    }

    /// What a body has to be.
    ///
    /// @param kind for example `Pod`
    /// @param schema its name, for example `io.k8s.api.core.v1.Pod`
    /// @param defined whether it is of a definition, whose objects have to say what they are
    record Expected(String apiVersion, String kind, String schema, boolean defined) {
        /// Of a body that is of this kind, but wrong.
        ApiException refusal(String why) {
            return refusal(kind, apiVersion, why);
        }

        /// Of a body of a kind that the client named.
        ApiException refusal(String givenKind, String givenVersion, String why) {
            return Refusals.badRequest(
                    "%s in version \"%s\" cannot be handled as a %s: %s"
                            .formatted(givenKind, version(givenVersion), kind, why));
        }

        /// Of a body that does not get as far as naming a kind.
        ApiException unrecognised(String why, byte[] body) {
            byte[] start = Arrays.copyOf(body, Math.min(body.length, 256));
            return Refusals.badRequest(
                    "the object provided is unrecognized (must be of type %s): %s (%s)"
                            .formatted(kind, why, HexFormat.of().formatHex(start)));
        }
    }

    /// What was read.
    ///
    /// @param duplicates paths of fields that occur twice, for example `data.a`
    record Parsed(ObjectNode object, List<String> duplicates) {
        Parsed {
            duplicates = List.copyOf(duplicates);
        }
    }

    /// The object of a body.
    ///
    /// @throws ApiException when it is none, of another kind, or in a format that is not spoken
    Parsed parse(Call call, Expected expected) {
        return switch (Bodies.mediaType(call.contentType())) {
            case "", "application/json" -> text(call.body(), expected, JsonReader::json, JSON);
            case "application/yaml" -> text(call.body(), expected, YamlReader::yaml, "yaml: ");
            case ProtobufBody.MEDIA_TYPE -> {
                if (!ProtobufBody.isSpokenFor(expected.schema())) {
                    throw unknownFormat("application/json, application/yaml");
                }
                yield protobuf(call.body(), expected);
            }
            default ->
                    throw unknownFormat(
                            "application/json, application/yaml, " + ProtobufBody.MEDIA_TYPE);
        };
    }

    private static ApiException unknownFormat(String known) {
        return new ApiException(
                StatusReason.UNSUPPORTED_MEDIA_TYPE,
                "the body of the request was in an unknown format - accepted media types include: "
                        + known);
    }

    private interface Reader {
        JsonReader.Document read(byte[] body) throws IOException;
    }

    private Parsed text(byte[] body, Expected expected, Reader reader, String words) {
        JsonReader.Document document;
        try {
            document = reader.read(body);
        } catch (IOException e) {
            throw expected.unrecognised(words + firstLine(e), body);
        }
        if (!(document.root() instanceof ObjectNode object)) {
            throw expected.unrecognised(JSON + "not an object", body);
        }
        if (expected.defined()) {
            checkNamed(object, body, expected);
        } else {
            checkKind(object.path("kind").asText(), object.path("apiVersion").asText(), expected);
        }
        return new Parsed(object, document.duplicates());
    }

    /// An object of a definition says what it is; whether that is right its kind's rules tell.
    private static void checkNamed(ObjectNode object, byte[] body, Expected expected) {
        if (object.path("kind").asText().isEmpty()) {
            byte[] start = Arrays.copyOf(body, Math.min(body.length, 1024));
            throw expected.refusal(
                    "Object 'Kind' is missing in '"
                            + new String(start, java.nio.charset.StandardCharsets.UTF_8)
                            + "'");
        }
    }

    /// The kind is checked before the object is read: only as what it is can it be.
    private Parsed protobuf(byte[] body, Expected expected) {
        ProtobufBody envelope;
        try {
            envelope = ProtobufBody.read(body);
        } catch (IOException e) {
            throw expected.unrecognised(firstLine(e), body);
        }
        checkKind(envelope.kind(), envelope.apiVersion(), expected);
        try {
            ObjectNode object = envelope.object(expected.schema(), Bodies.MOST_BYTES);
            // It is kept as JSON, where a control character has six bytes.
            Bodies.bounded(EncodedObject.bytes(object));
            return new Parsed(object, List.of());
        } catch (TooLargeException e) {
            throw Bodies.tooLarge();
        } catch (IOException e) {
            throw expected.refusal("proto: " + firstLine(e));
        }
    }

    private static String firstLine(IOException e) {
        String message = String.valueOf(e.getMessage());
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }

    /// What the body leaves out is as expected.
    private void checkKind(String kind, String apiVersion, Expected expected) {
        String givenKind = kind.isEmpty() ? expected.kind() : kind;
        String givenVersion = apiVersion.isEmpty() ? expected.apiVersion() : apiVersion;
        // Every group has DeleteOptions of its own, all alike.
        boolean anyVersion = expected.kind().equals("DeleteOptions");
        if (givenKind.equals(expected.kind())
                && (anyVersion || givenVersion.equals(expected.apiVersion()))) {
            return;
        }
        String reason =
                isKnown(givenKind, givenVersion)
                        ? "converting (%s.%s) to (%s): unknown conversion"
                                .formatted(version(givenVersion), givenKind, expected.kind())
                        : "no kind \"%s\" is registered for version \"%s\""
                                .formatted(givenKind, givenVersion);
        throw expected.refusal(givenKind, givenVersion, reason);
    }

    private boolean isKnown(String kind, String apiVersion) {
        return kinds.get().kinds().stream()
                .anyMatch(each ->
                        each.names().kind().equals(kind)
                                && each.versions().stream()
                                        .map(each::apiVersion)
                                        .anyMatch(apiVersion::equals));
    }

    private static String version(String apiVersion) {
        return apiVersion.substring(apiVersion.indexOf('/') + 1);
    }
}
