package dev.glovebox.apiserver.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Objects;
import java.util.function.Function;

/// A column of a table that a kind brings along.
///
/// @param name its heading
/// @param type `string`, `integer`, `number`, `boolean` or `date`
/// @param format of the type, empty for none
/// @param priority 0 for columns that are always shown
/// @param value what an object has for it; missing for nothing
public record PrinterColumn(
        String name,
        String type,
        String format,
        String description,
        int priority,
        Function<JsonNode, JsonNode> value) {
    /// Refuses null parts.
    public PrinterColumn {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(format, "format");
        Objects.requireNonNull(description, "description");
        Objects.requireNonNull(value, "value");
    }
}
