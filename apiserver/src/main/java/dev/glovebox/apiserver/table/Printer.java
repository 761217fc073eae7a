package dev.glovebox.apiserver.table;

import com.fasterxml.jackson.databind.JsonNode;

/// Shows one kind of object as a line.
@FunctionalInterface
interface Printer {
    /// Fills the cells, one a column, in the columns' order.
    void print(JsonNode object, Row row);
}
