package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;

/// Rules about events in the shape of the core group. Source: `core/validation/events.go`.
public final class EventRules {
    private static final int MOST = 128;
    private static final int LONGEST_NOTE = 1024;
    private static final List<String> FIXED =
            List.of(
                    "involvedObject",
                    "reason",
                    "message",
                    "source",
                    "firstTimestamp",
                    "lastTimestamp",
                    "count",
                    "type",
                    "action",
                    "related",
                    "reportingInstance");

    private EventRules() {}

    /// Rules for an event of either group, whether new or changed. Only events with an `eventTime`
    /// must say more than what they are about.
    ///
    /// @param reporter what the group calls the reporting component
    public static void check(JsonNode event, String reporter, FieldErrors errors) {
        boolean timed = text(event, "eventTime").length() > 0;
        if (!fits(event, timed)) {
            errors.invalid(
                    Path.of("involvedObject.namespace"),
                    text(event.path("involvedObject"), "namespace"),
                    "does not match event.namespace");
        }
        if (!timed) {
            return;
        }
        String component = text(event, "reportingComponent");
        if (component.isEmpty()) {
            errors.required(Path.of(reporter), "");
        }
        errors.invalid(Path.of(reporter), component, Words.qualifiedName(component));
        for (String field : List.of("reportingInstance", "action", "reason")) {
            if (text(event, field).isEmpty()) {
                errors.required(Path.of(field), "");
            }
            bounded(event, field, MOST, errors);
        }
        bounded(event, "message", LONGEST_NOTE, errors);
    }

    /// Events about objects without a namespace live in the default one, or with a time in the
    /// system's.
    private static boolean fits(JsonNode event, boolean timed) {
        String namespace = text(event.path("metadata"), "namespace");
        String involved = text(event.path("involvedObject"), "namespace");
        if (involved.isEmpty()) {
            return namespace.equals("default") || (timed && namespace.equals("kube-system"));
        }
        return timed || involved.equals(namespace);
    }

    private static void bounded(JsonNode event, String field, int most, FieldErrors errors) {
        if (text(event, field).getBytes(StandardCharsets.UTF_8).length > most) {
            errors.invalid(Path.of(field), "", "can have at most " + most + " characters");
        }
    }

    /// Rules for a new event of `events.k8s.io`.
    public static void checkCreate(JsonNode event, FieldErrors errors) {
        series(event.path("series"), errors);
        if (text(event, "eventTime").isEmpty()) {
            errors.required(Path.of("eventTime"), "");
        }
        String type = text(event, "type");
        if (!type.equals("Normal") && !type.equals("Warning")) {
            errors.invalid(Path.of("type"), "", "has invalid value: " + type);
        }
        for (String time : List.of("firstTimestamp", "lastTimestamp")) {
            unset(!text(event, time).isEmpty(), time, errors);
        }
        unset(event.path("count").asInt() != 0, "count", errors);
        JsonNode source = event.path("source");
        unset(!(text(source, "component") + text(source, "host")).isEmpty(), "source", errors);
    }

    private static void unset(boolean set, String field, FieldErrors errors) {
        if (set) {
            errors.invalid(Path.of(field), "", "needs to be unset");
        }
    }

    private static void series(JsonNode series, FieldErrors errors) {
        if (!series.isObject()) {
            return;
        }
        if (series.path("count").asInt() < 2) {
            errors.invalid(Path.of("series.count"), "", "should be at least 2");
        }
        if (text(series, "lastObservedTime").isEmpty()) {
            errors.required(Path.of("series.lastObservedTime"), "");
        }
    }

    /// What a change through `events.k8s.io` must leave alone: all but the series.
    public static void checkUpdate(JsonNode event, JsonNode old, FieldErrors errors) {
        if (!event.path("series").equals(old.path("series"))) {
            series(event.path("series"), errors);
        }
        for (String field : FIXED) {
            errors.immutable(Path.of(field), event.path(field), old.path(field));
        }
        // Kubernetes checks the reason twice.
        errors.immutable(Path.of("reason"), event.path("reason"), old.path("reason"));
        errors.immutable(
                Path.of("reportingController"),
                event.path("reportingComponent"),
                old.path("reportingComponent"));
        if (!sameMicros(text(event, "eventTime"), text(old, "eventTime"))) {
            errors.immutable(Path.of("eventTime"), event.path("eventTime"), old.path("eventTime"));
        }
    }

    private static boolean sameMicros(String time, String old) {
        try {
            return time.equals(old)
                    || (!time.isEmpty()
                            && !old.isEmpty()
                            && Instant.parse(time)
                                    .truncatedTo(ChronoUnit.MICROS)
                                    .equals(Instant.parse(old).truncatedTo(ChronoUnit.MICROS)));
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    private static String text(JsonNode object, String field) {
        return object.path(field).isTextual() ? object.path(field).asText() : "";
    }
}
