package dev.glovebox.apiserver.table;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/// Labels and what selects them, as `kubectl` shows them: `app=web,tier in (a,b)`. Source:
/// apimachinery's `labels.FormatLabels` and `metav1.FormatLabelSelector`.
public final class SelectorText {
    private SelectorText() {}

    /// A map of labels, for a cell.
    static String ofLabels(JsonNode labels) {
        return shown(queryOfLabels(labels));
    }

    /// A selector with `matchLabels` and `matchExpressions`, for a cell.
    static String ofSelector(JsonNode selector) {
        return shown(queryOfSelector(selector));
    }

    private static String shown(String text) {
        return text.isEmpty() ? Row.NONE : text;
    }

    /// A map of labels as a query writes them; empty for none.
    public static String queryOfLabels(JsonNode labels) {
        TreeMap<String, String> sorted = new TreeMap<>();
        labels.properties().forEach(each -> sorted.put(each.getKey(), each.getValue().asText()));
        return sorted.entrySet().stream()
                .map(each -> each.getKey() + "=" + each.getValue())
                .collect(Collectors.joining(","));
    }

    /// A selector with `matchLabels` and `matchExpressions` as a query writes it; empty for one
    /// that asks for nothing.
    public static String queryOfSelector(JsonNode selector) {
        TreeMap<String, List<String>> byKey = new TreeMap<>();
        selector.path("matchLabels")
                .properties()
                .forEach(each ->
                        add(byKey, each.getKey(), each.getKey() + "=" + each.getValue().asText()));
        for (JsonNode expression : selector.path("matchExpressions")) {
            add(byKey, expression.path("key").asText(), requirement(expression));
        }
        return byKey.values().stream().flatMap(List::stream).collect(Collectors.joining(","));
    }

    private static void add(Map<String, List<String>> byKey, String key, String text) {
        byKey.computeIfAbsent(key, any -> new ArrayList<>()).add(text);
    }

    private static String requirement(JsonNode expression) {
        String key = expression.path("key").asText();
        String values =
                StreamSupport.stream(expression.path("values").spliterator(), false)
                        .map(JsonNode::asText)
                        .sorted()
                        .collect(Collectors.joining(",", "(", ")"));
        return switch (expression.path("operator").asText()) {
            case "In" -> key + " in " + values;
            case "NotIn" -> key + " notin " + values;
            case "Exists" -> key;
            case "DoesNotExist" -> "!" + key;
            default -> "<error>";
        };
    }
}
