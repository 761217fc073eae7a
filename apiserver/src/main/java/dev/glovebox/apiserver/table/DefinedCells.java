package dev.glovebox.apiserver.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.glovebox.apiserver.kinds.PrinterColumn;
import java.time.format.DateTimeParseException;

/// Cells of columns that a kind brings along. A value that is not of the column's type is shown as
/// nothing. Source: apiextensions' `tableconvertor`.
final class DefinedCells {
    private DefinedCells() {}

    static void add(Row row, PrinterColumn column, JsonNode object) {
        JsonNode value = column.value().apply(object);
        if (value.isMissingNode() || value.isNull()) {
            row.nothing();
            return;
        }
        switch (column.type()) {
            case "integer" -> {
                if (value.isNumber()) {
                    row.number(value.asLong());
                } else {
                    row.nothing();
                }
            }
            case "number" ->
                    row.value(value.isNumber() ? value : JsonNodeFactory.instance.nullNode());
            case "boolean" ->
                    row.value(value.isBoolean() ? value : JsonNodeFactory.instance.nullNode());
            case "date" -> date(row, value);
            default -> row.text(value.isTextual() ? value.textValue() : value.toString());
        }
    }

    private static void date(Row row, JsonNode value) {
        if (!value.isTextual()) {
            row.nothing();
            return;
        }
        try {
            row.text(row.ages().since(value.textValue()));
        } catch (DateTimeParseException e) {
            row.text("<invalid>");
        }
    }
}
