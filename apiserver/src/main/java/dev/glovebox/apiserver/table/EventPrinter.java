package dev.glovebox.apiserver.table;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/// Rows of events. An event is told by its series, by its first and last time, or by its own time.
record EventPrinter(Ages ages) implements Printer {
    @Override
    public void print(JsonNode event, Row row) {
        JsonNode involved = event.path("involvedObject");
        String own = text(event, "eventTime");
        String first = text(event, "firstTimestamp");
        String last = text(event, "lastTimestamp");
        JsonNode series = event.path("series");
        long count =
                series.isObject() ? series.path("count").asLong() : event.path("count").asLong();
        String firstSeen = ages.since(first.isEmpty() ? own : first);
        String lastSeen = last.isEmpty() ? firstSeen : ages.since(last);
        if (series.isObject()) {
            lastSeen = ages.since(text(series, "lastObservedTime"));
        }
        String object =
                involved.path("kind").asText().toLowerCase(Locale.ROOT)
                        + "/"
                        + involved.path("name").asText();
        row.texts(
                lastSeen,
                text(event, "type"),
                text(event, "reason"),
                object,
                text(involved, "fieldPath"),
                source(event),
                text(event, "message").strip(),
                firstSeen);
        row.number(count == 0 ? 1 : count).name(event);
    }

    /// Who tells, and from where, the old way or else the new.
    private static String source(JsonNode event) {
        String component = text(event.path("source"), "component");
        String host = text(event.path("source"), "host");
        String who = component.isEmpty() ? text(event, "reportingComponent") : component;
        String where = host.isEmpty() ? text(event, "reportingInstance") : host;
        return where.isEmpty() ? who : who + ", " + where;
    }

    private static String text(JsonNode object, String field) {
        JsonNode value = object.path(field);
        return value.isTextual() ? value.asText() : "";
    }
}
