package dev.glovebox.apiserver.protobuf;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.schema.JsonReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Stream;

/// What Go's encoders wrote of the same objects, as JSON and as protobuf; made by
/// `apiserver/src/messages`, and by kubectl where that is the name.
public final class Examples {
    private static final List<String> CORE =
            List.of("Binding", "DeleteOptions", "Event", "Namespace", "Node", "Pod", "Secret");

    private Examples() {}

    /// Places of all pairs, for example `zero/core.v1.Pod`.
    public static Stream<String> pairs() {
        return Stream.concat(
                Stream.of("usual/core.v1.Pod"),
                Stream.of("full", "zero", "empty")
                        .flatMap(variant ->
                                Stream.concat(
                                                CORE.stream().map(kind -> "core.v1." + kind),
                                                Stream.of(
                                                        "node.k8s.io.v1.RuntimeClass",
                                                        "node.k8s.io.v1beta1.RuntimeClass",
                                                        "policy.v1.Eviction"))
                                        .map(name -> variant + "/" + name)));
    }

    /// Name of the schema of an example.
    public static String schema(String place) {
        String kind = place.substring(place.lastIndexOf('.') + 1);
        return switch (kind) {
            case "DeleteOptions" -> "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions";
            case "RuntimeClass" -> "io.k8s.api.node.v1.RuntimeClass";
            case "Eviction" -> "io.k8s.api.policy.v1.Eviction";
            default -> "io.k8s.api.core.v1." + kind;
        };
    }

    /// The protobuf of an example.
    public static byte[] protobuf(String place) {
        return bytes(place + ".pb");
    }

    /// The JSON of an example.
    public static ObjectNode json(String place) {
        try {
            return (ObjectNode) JsonReader.json(bytes(place + ".json")).root();
        } catch (IOException e) {
            throw new UncheckedIOException(place, e);
        }
    }

    private static byte[] bytes(String file) {
        try (InputStream in = Examples.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new AssertionError("no example " + file);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(file, e);
        }
    }
}
