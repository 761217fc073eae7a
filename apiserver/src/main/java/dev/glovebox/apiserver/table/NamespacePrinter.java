package dev.glovebox.apiserver.table;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/// Rows of namespaces.
record NamespacePrinter(Ages ages) implements Printer {
    @Override
    public List<String> cells(JsonNode namespace) {
        return List.of(
                namespace.path("metadata").path("name").asText(),
                namespace.path("status").path("phase").asText(),
                ages.of(namespace));
    }
}
