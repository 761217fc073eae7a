package dev.glovebox.apiserver.fields;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.schema.JsonReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/// What `kubectl apply` without `--server-side` keeps in an annotation: who has applied an object
/// so may go over to server-side apply without conflicts about the fields that are still as
/// applied.
record LastApplied(Target target, ObjectNode live) {
    private static final String ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration";

    private static final int MOST_CHARACTERS = 256 << 10;

    /// The only manager for whom this holds.
    private static final String KUBECTL = "kubectl";

    /// The conflicts that are left.
    Conflicts upgraded(Conflicts conflicts, String manager) {
        if (!manager.equals(KUBECTL)) {
            return conflicts;
        }
        return unchanged().map(conflicts::without).orElse(conflicts);
    }

    /// Fields that are as they were last applied.
    private Optional<FieldSet> unchanged() {
        return config().flatMap(config -> {
            try {
                Shape shape = target.shape();
                if (!TypeCheck.errors(shape, config).isEmpty()) {
                    return Optional.empty();
                }
                Comparison changes = Comparison.of(shape, config, live);
                return Optional.of(
                        OwnedFields.of(shape, config)
                                .minus(changes.modified())
                                .minus(changes.added())
                                .minus(changes.removed()));
            } catch (MalformedFieldsException e) {
                return Optional.empty();
            }
        });
    }

    private Optional<ObjectNode> config() {
        String text = text(live);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            JsonNode config = JsonReader.json(text.getBytes(StandardCharsets.UTF_8)).root();
            return config instanceof ObjectNode object
                            && object.path("apiVersion").asText().equals(target.apiVersion())
                    ? Optional.of(object)
                    : Optional.empty();
        } catch (IOException e) {
            // An annotation that anybody may write: it then says nothing.
            return Optional.empty();
        }
    }

    /// The object with the annotation kept in step, where there is one.
    static ObjectNode kept(ObjectNode object, ObjectNode config, String manager) {
        if (manager.equals(KUBECTL) && !text(object).isEmpty()) {
            ObjectNode applied = config.deepCopy();
            if (applied.path("metadata").path("annotations") instanceof ObjectNode annotations) {
                annotations.remove(ANNOTATION);
            }
            keep((ObjectNode) object.path("metadata").path("annotations"), sorted(applied) + "\n");
        }
        return object;
    }

    /// Where it would make the annotations too large there is none.
    private static void keep(ObjectNode annotations, String text) {
        annotations.remove(ANNOTATION);
        long size = (long) ANNOTATION.length() + text.length();
        for (Map.Entry<String, JsonNode> each : annotations.properties()) {
            size += each.getKey().length() + each.getValue().asText().length();
        }
        if (size <= MOST_CHARACTERS) {
            annotations.put(ANNOTATION, text);
        }
    }

    private static JsonNode sorted(JsonNode value) {
        if (value instanceof ObjectNode object) {
            ObjectNode result = JsonNodeFactory.instance.objectNode();
            object.properties().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .forEach(field -> result.set(field.getKey(), sorted(field.getValue())));
            return result;
        }
        if (value.isArray()) {
            ArrayNode result = JsonNodeFactory.instance.arrayNode();
            value.forEach(item -> result.add(sorted(item)));
            return result;
        }
        return value;
    }

    private static String text(ObjectNode object) {
        return object.path("metadata").path("annotations").path(ANNOTATION).asText();
    }
}
