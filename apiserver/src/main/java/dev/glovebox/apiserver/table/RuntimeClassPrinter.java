package dev.glovebox.apiserver.table;

import com.fasterxml.jackson.databind.JsonNode;

/// Rows of RuntimeClasses.
record RuntimeClassPrinter(Ages ages) implements Printer {
    @Override
    public void print(JsonNode runtimeClass, Row row) {
        row.texts(
                runtimeClass.path("metadata").path("name").asText(),
                runtimeClass.path("handler").asText(),
                ages.of(runtimeClass));
    }
}
