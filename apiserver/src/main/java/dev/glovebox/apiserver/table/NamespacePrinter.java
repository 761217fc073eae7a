package dev.glovebox.apiserver.table;

import com.fasterxml.jackson.databind.JsonNode;

/// Rows of namespaces.
record NamespacePrinter(Ages ages) implements Printer {
    @Override
    public void print(JsonNode namespace, Row row) {
        row.texts(
                namespace.path("metadata").path("name").asText(),
                namespace.path("status").path("phase").asText(),
                ages.of(namespace));
    }
}
