package dev.glovebox.apiserver.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/// One line of a table while it is filled from left to right.
final class Row {
    static final String NONE = "<none>";
    static final String UNSET = "<unset>";

    private final ArrayNode cells = JsonNodeFactory.instance.arrayNode();
    private final Ages ages;

    Row(Ages ages) {
        this.ages = ages;
    }

    ArrayNode cells() {
        return cells;
    }

    Ages ages() {
        return ages;
    }

    /// The object's name.
    Row name(JsonNode object) {
        return text(object.path("metadata").path("name").asText());
    }

    /// How old the object is.
    Row age(JsonNode object) {
        return text(ages.of(object));
    }

    Row text(String text) {
        cells.add(text);
        return this;
    }

    /// A text, or other words where it is empty.
    Row text(String text, String otherwise) {
        return text(text.isEmpty() ? otherwise : text);
    }

    Row texts(String... texts) {
        for (String text : texts) {
            text(text);
        }
        return this;
    }

    Row nothing() {
        cells.addNull();
        return this;
    }

    Row value(JsonNode value) {
        cells.add(value);
        return this;
    }

    Row number(long number) {
        cells.add(number);
        return this;
    }

    Row truth(JsonNode value) {
        cells.add(value.asBoolean());
        return this;
    }
}
