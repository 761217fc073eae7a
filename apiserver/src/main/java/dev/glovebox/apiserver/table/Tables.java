package dev.glovebox.apiserver.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.kinds.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.Map;

/// Tables of objects: the columns from facts about Kubernetes, the cells from a [Printer] a kind.
/// Safe for use by any thread.
public final class Tables {
    private final JsonNode columns;
    private final Map<String, Printer> printers;
    private final Ages ages;

    /// Reads the columns; once a process is enough.
    public Tables(Clock clock) {
        this.ages = new Ages(clock);
        this.columns = read();
        this.printers =
                Map.of(
                        "pods", new PodPrinter(ages),
                        "nodes", new NodePrinter(ages),
                        "namespaces", new NamespacePrinter(ages),
                        "events", new EventPrinter(ages),
                        "runtimeclasses.node.k8s.io", new RuntimeClassPrinter(ages));
    }

    /// Definitions of the columns of a kind.
    public ArrayNode columns(Kind kind) {
        ArrayNode definitions = JsonNodeFactory.instance.arrayNode();
        JsonNode found =
                columns.path(kind.group() + "/" + kind.version() + "/" + kind.names().plural());
        for (JsonNode column : found) {
            ObjectNode definition = definitions.addObject();
            definition.set("name", column.path("name"));
            definition.set("type", column.path("type"));
            definition.put("format", column.path("format").asText());
            definition.put("description", column.path("description").asText());
            definition.set("priority", column.path("priority"));
        }
        return definitions;
    }

    /// The cells of an object, as many as its kind has columns.
    public ArrayNode cells(Kind kind, ObjectNode object) {
        ArrayNode cells = JsonNodeFactory.instance.arrayNode();
        Printer printer = printers.get(kind.resource());
        if (printer == null) {
            cells.add(object.path("metadata").path("name").asText()).add(ages.of(object));
        } else {
            printer.cells(object).forEach(cells::add);
        }
        return cells;
    }

    private static JsonNode read() {
        try (InputStream in = Tables.class.getResourceAsStream("columns.json")) {
            if (in == null) {
                throw new IllegalStateException("columns.json is not on the class path");
            }
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException("columns.json", e);
        }
    }
}
