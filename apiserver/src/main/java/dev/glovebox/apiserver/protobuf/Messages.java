package dev.glovebox.apiserver.protobuf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.glovebox.apiserver.protobuf.Field.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/// Kubernetes' messages by the names of their schemas, read from `messages.json.gz`, which
/// `apiserver/src/messages` makes of Kubernetes' own Go types. Nothing is read before the first
/// body in protobuf comes.
final class Messages {
    private static final Set<String> PLAIN =
            Stream.of(
                            ValueType.STRING,
                            ValueType.BYTES,
                            ValueType.BOOLEAN,
                            ValueType.INT32,
                            ValueType.INT64)
                    .map(type -> type.name().toLowerCase(Locale.ROOT))
                    .collect(Collectors.toUnmodifiableSet());

    private final JsonNode table;
    private final Map<String, Message> known = new ConcurrentHashMap<>(SpecialMessages.BY_NAME);

    private Messages(JsonNode table) {
        this.table = table;
    }

    /// Those of Kubernetes.
    static Messages kubernetes() {
        return Holder.KUBERNETES;
    }

    /// The message of that name, for example `io.k8s.api.core.v1.Pod`.
    Message get(String name) {
        return known.computeIfAbsent(name, any -> message(name));
    }

    /// Whether there is a message of that name.
    boolean has(String name) {
        return table.has(name) || known.containsKey(name);
    }

    private Message message(String name) {
        JsonNode fields = table.get(name);
        if (fields == null) {
            throw new IllegalArgumentException("no message " + name);
        }
        Map<Integer, Field> byNumber = new HashMap<>();
        fields.properties()
                .forEach(field ->
                        byNumber.put(Integer.valueOf(field.getKey()), field(field.getValue())));
        return Message.of(byNumber);
    }

    private static Field field(JsonNode field) {
        String type = field.path("type").asText();
        boolean plain = PLAIN.contains(type);
        return new Field(
                field.path("name").asText(),
                plain ? ValueType.valueOf(type.toUpperCase(Locale.ROOT)) : ValueType.MESSAGE,
                plain ? "" : type,
                shape(field),
                field.path("omitZero").asBoolean());
    }

    private static Shape shape(JsonNode field) {
        if (field.path("list").asBoolean()) {
            return Shape.LIST;
        }
        if (field.path("map").asBoolean()) {
            return Shape.MAP;
        }
        return field.path("inline").asBoolean() ? Shape.INLINE : Shape.SINGLE;
    }

    private static final class Holder {
        static final Messages KUBERNETES = read();

        private static Messages read() {
            try (InputStream in = Messages.class.getResourceAsStream("messages.json.gz")) {
                if (in == null) {
                    throw new IllegalStateException("messages.json.gz is not on the class path");
                }
                return new Messages(new ObjectMapper().readTree(new GZIPInputStream(in)));
            } catch (IOException e) {
                throw new UncheckedIOException("messages.json.gz", e);
            }
        }
    }
}
