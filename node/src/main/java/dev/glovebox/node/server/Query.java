package dev.glovebox.node.server;

import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import dev.glovebox.node.StreamOptions;
import dev.glovebox.node.log.LogQuery;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// A request's path and parameters, decoded.
///
/// @param path its segments, without empty ones
/// @param parameters values by name, in their order
record Query(List<String> path, Map<String, List<String>> parameters) {
    static Query parse(String target) {
        String[] halves = target.split("\\?", 2);
        List<String> path = new ArrayList<>();
        for (String segment : halves[0].split("/", -1)) {
            if (!segment.isEmpty()) {
                path.add(decoded(segment.replace("+", "%2B")));
            }
        }
        Map<String, List<String>> parameters = new HashMap<>();
        if (halves.length == 2) {
            for (String pair : halves[1].split("&", -1)) {
                String[] parts = pair.split("=", 2);
                parameters
                        .computeIfAbsent(decoded(parts[0]), k -> new ArrayList<>())
                        .add(parts.length == 2 ? decoded(parts[1]) : "");
            }
        }
        return new Query(List.copyOf(path), parameters);
    }

    List<String> all(String name) {
        return parameters.getOrDefault(name, List.of());
    }

    boolean flag(String name) {
        return one(name).filter(v -> v.equals("true") || v.equals("1")).isPresent();
    }

    StreamOptions streams() {
        return new StreamOptions(
                flag("input") || flag("stdin"),
                flag("output") || flag("stdout"),
                flag("error") || flag("stderr"),
                flag("tty"));
    }

    LogQuery log(Clock clock) {
        Optional<Instant> since =
                one("sinceTime")
                        .map(Query::time)
                        .or(() ->
                                one("sinceSeconds")
                                        .map(s -> clock.instant().minusSeconds(number(s))));
        OptionalLong limit = amount("limitBytes");
        if (limit.isPresent() && limit.getAsLong() < 1) {
            throw bad("limitBytes must be greater than 0");
        }
        return new LogQuery(flag("follow"), flag("timestamps"), amount("tailLines"), since, limit);
    }

    private OptionalLong amount(String name) {
        Optional<String> text = one(name);
        return text.isEmpty() ? OptionalLong.empty() : OptionalLong.of(number(text.get()));
    }

    private Optional<String> one(String name) {
        return all(name).stream().filter(v -> !v.isEmpty()).findFirst();
    }

    private static long number(String text) {
        if (!text.matches("\\d{1,18}")) {
            throw bad("not a number: " + text);
        }
        return Long.parseLong(text);
    }

    private static Instant time(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw bad("not a time: " + text);
        }
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw bad("not an encoded path: " + text);
        }
    }

    private static ApiException bad(String message) {
        return new ApiException(StatusReason.BAD_REQUEST, message);
    }
}
