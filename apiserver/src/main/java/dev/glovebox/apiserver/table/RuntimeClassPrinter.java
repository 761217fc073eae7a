package dev.glovebox.apiserver.table;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/// Rows of RuntimeClasses.
record RuntimeClassPrinter(Ages ages) implements Printer {
    @Override
    public List<String> cells(JsonNode runtimeClass) {
        return List.of(
                runtimeClass.path("metadata").path("name").asText(),
                runtimeClass.path("handler").asText(),
                ages.of(runtimeClass));
    }
}
