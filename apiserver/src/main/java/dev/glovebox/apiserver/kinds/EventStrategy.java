package dev.glovebox.apiserver.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.Path;
import java.util.Map;
import java.util.function.Function;

/// What no schema says about events.
final class EventStrategy implements Strategy {
    @Override
    public void validate(ObjectNode event, FieldErrors errors) {
        String namespace = event.path("metadata").path("namespace").asText();
        String involved = event.path("involvedObject").path("namespace").asText();
        // Events about objects without a namespace live in the default one.
        boolean fits =
                involved.isEmpty() ? namespace.equals("default") : involved.equals(namespace);
        if (!fits) {
            errors.invalid(
                    Path.of("involvedObject.namespace"),
                    involved,
                    "does not match event.namespace");
        }
    }

    @Override
    public Map<String, Function<JsonNode, String>> fields() {
        return Map.ofEntries(
                Selectable.text("involvedObject.kind"),
                Selectable.text("involvedObject.namespace"),
                Selectable.text("involvedObject.name"),
                Selectable.text("involvedObject.uid"),
                Selectable.text("involvedObject.apiVersion"),
                Selectable.text("involvedObject.resourceVersion"),
                Selectable.text("involvedObject.fieldPath"),
                Selectable.text("reason"),
                Selectable.text("reportingComponent"),
                Selectable.text("type"),
                Map.entry("source", event -> event.path("source").path("component").asText()));
    }
}
