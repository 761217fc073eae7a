package dev.glovebox.apiserver.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.rules.EventRules;
import dev.glovebox.apiserver.rules.FieldErrors;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// What no schema says about events of `events.k8s.io`: they are the events of the core group with
/// some fields under other names, and are checked strictly. Errors name the fields as the core
/// group does, as in Kubernetes.
final class NewEventStrategy implements Strategy {
    private static final Alias ALIAS =
            new Alias(
                    "events",
                    Map.of(
                            "regarding", "involvedObject",
                            "note", "message",
                            "reportingController", "reportingComponent",
                            "deprecatedSource", "source",
                            "deprecatedFirstTimestamp", "firstTimestamp",
                            "deprecatedLastTimestamp", "lastTimestamp",
                            "deprecatedCount", "count"),
                    Set.of("reportingComponent", "reportingInstance"));

    private static final UpdateStrategy UPDATE =
            UpdateStrategy.checked((event, old, errors) ->
                    EventRules.checkUpdate(ALIAS.toKept(event), ALIAS.toKept(old), errors));

    @Override
    public Optional<Alias> alias() {
        return Optional.of(ALIAS);
    }

    @Override
    public void validate(ObjectNode event, FieldErrors errors) {
        EventRules.check(ALIAS.toKept(event), "reportingController", errors);
    }

    @Override
    public void validateCreate(ObjectNode event, FieldErrors errors) {
        EventRules.checkCreate(ALIAS.toKept(event), errors);
    }

    @Override
    public Optional<UpdateStrategy> update(String subresource) {
        return subresource.isEmpty() ? Optional.of(UPDATE) : Optional.empty();
    }

    /// The fields of the core group, by the names that this group has for them.
    @Override
    public Map<String, Function<JsonNode, String>> fields() {
        Map<String, Function<JsonNode, String>> fields = new HashMap<>();
        EventStrategy.FIELDS.forEach(
                (name, reader) -> fields.put(ownName(name), event -> reader.apply(kept(event))));
        return Map.copyOf(fields);
    }

    private static String ownName(String field) {
        return switch (field) {
            case "reportingComponent" -> "reportingController";
            case "source" -> "deprecatedSource";
            default -> field.replace("involvedObject.", "regarding.");
        };
    }

    private static JsonNode kept(JsonNode event) {
        return event instanceof ObjectNode object ? ALIAS.toKept(object) : event;
    }
}
