package dev.glovebox.apiserver.table;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/// The cells of one kind of object.
@FunctionalInterface
interface Printer {
    /// One cell a column, in the columns' order.
    List<String> cells(JsonNode object);
}
