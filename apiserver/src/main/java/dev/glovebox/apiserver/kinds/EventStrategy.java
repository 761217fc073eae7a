package dev.glovebox.apiserver.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.rules.EventRules;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.MetaRules;
import dev.glovebox.apiserver.rules.Words;
import java.util.Map;
import java.util.function.Function;

/// What no schema says about events of the core group, which are checked hardly at all.
final class EventStrategy implements Strategy {
    static final Map<String, Function<JsonNode, String>> FIELDS =
            Map.ofEntries(
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
                    Map.entry("source", EventStrategy::source));

    @Override
    public MetaRules.NameRule names() {
        return Words::pathSegment;
    }

    @Override
    public void validate(ObjectNode event, FieldErrors errors) {
        EventRules.check(event, "reportingComponent", errors);
    }

    @Override
    public Map<String, Function<JsonNode, String>> fields() {
        return FIELDS;
    }

    private static String source(JsonNode event) {
        String component = event.path("source").path("component").asText();
        return component.isEmpty() ? event.path("reportingComponent").asText() : component;
    }
}
