package dev.glovebox.apiserver.table;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// Lists in one cell.
final class Lists {
    private static final int SHOWN = 3;

    private Lists() {}

    /// The items of a list, one stream.
    static Stream<JsonNode> of(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }

    /// One field of each item, joined by commas.
    static String joined(JsonNode list, String field) {
        return of(list).map(each -> each.path(field).asText()).collect(Collectors.joining(","));
    }

    /// Texts joined by commas.
    static String joined(JsonNode list) {
        return of(list).map(JsonNode::asText).collect(Collectors.joining(","));
    }

    /// The first few, and how many more there are; other words where there are none.
    static String few(List<String> texts, String otherwise) {
        if (texts.isEmpty()) {
            return otherwise;
        }
        String shown = texts.stream().limit(SHOWN).collect(Collectors.joining(","));
        return texts.size() > SHOWN
                ? "%s + %d more...".formatted(shown, texts.size() - SHOWN)
                : shown;
    }
}
