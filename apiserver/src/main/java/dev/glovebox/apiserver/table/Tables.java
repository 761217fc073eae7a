package dev.glovebox.apiserver.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.kinds.Alias;
import dev.glovebox.apiserver.kinds.Kind;
import dev.glovebox.apiserver.kinds.PrinterColumn;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;

/// Tables of objects: the columns from facts about Kubernetes, the cells from a [Printer] a kind.
/// Safe for use by any thread.
public final class Tables {
    private static final String NAME =
            "Name must be unique within a namespace. Is required when creating resources, although"
                    + " some resources may allow a client to request the generation of an appropriate"
                    + " name automatically. Name is primarily intended for creation idempotence and"
                    + " configuration definition. Cannot be updated. More info:"
                    + " https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names";

    private final JsonNode columns;
    private final Map<String, Printer> printers;
    private final Ages ages;

    /// Reads the columns; once a process is enough.
    public Tables(Clock clock) {
        this.ages = new Ages(clock);
        this.columns = read();
        this.printers = printers(ages);
    }

    private static Map<String, Printer> printers(Ages ages) {
        Map<String, Printer> all = new HashMap<>();
        all.put("pods", new PodPrinter(ages));
        all.put("nodes", new NodePrinter(ages));
        all.put("namespaces", new NamespacePrinter(ages));
        all.put("events", new EventPrinter(ages));
        all.put("runtimeclasses.node.k8s.io", new RuntimeClassPrinter(ages));
        all.putAll(CorePrinters.byResource());
        all.putAll(WorkloadPrinters.byResource());
        all.putAll(StoragePrinters.byResource());
        all.putAll(AccessPrinters.byResource());
        return Map.copyOf(all);
    }

    /// Definitions of the columns of a kind.
    public ArrayNode columns(Kind kind) {
        ArrayNode definitions = JsonNodeFactory.instance.arrayNode();
        if (!kind.strategy().columns().isEmpty()) {
            name(definitions.addObject());
            kind.strategy().columns().forEach(column -> column(definitions.addObject(), column));
            return definitions;
        }
        for (JsonNode column : columns.path(key(kind))) {
            ObjectNode definition = definitions.addObject();
            definition.set("name", column.path("name"));
            definition.set("type", column.path("type"));
            definition.put("format", column.path("format").asText());
            definition.put("description", column.path("description").asText());
            definition.set("priority", column.path("priority"));
        }
        return definitions;
    }

    private static void name(ObjectNode definition) {
        definition
                .put("name", "Name")
                .put("type", "string")
                .put("format", "name")
                .put("description", NAME)
                .put("priority", 0);
    }

    private static void column(ObjectNode definition, PrinterColumn column) {
        definition
                .put("name", column.name())
                .put("type", column.type())
                .put("format", column.format())
                .put("description", column.description())
                .put("priority", column.priority());
    }

    /// Whether a kind of Kubernetes' own shows nothing but when its objects were made. Tables of
    /// such kinds have null for rows when there are none.
    public boolean plain(Kind kind) {
        return columns.has(key(kind)) && !printers.containsKey(resource(kind));
    }

    /// The cells of an object, as many as its kind has columns.
    public ArrayNode cells(Kind kind, ObjectNode object) {
        Row row = new Row(ages);
        if (!kind.strategy().columns().isEmpty()) {
            row.name(object);
            kind.strategy().columns().forEach(column -> DefinedCells.add(row, column, object));
            return row.cells();
        }
        ObjectNode shown = kind.strategy().alias().map(each -> each.toKept(object)).orElse(object);
        printers.getOrDefault(resource(kind), Tables::plain).print(shown, row);
        return row.cells();
    }

    private static String key(Kind kind) {
        return kind.group() + "/" + kind.version() + "/" + kind.names().plural();
    }

    /// The resource whose printer prints it.
    private static String resource(Kind kind) {
        return kind.strategy().alias().map(Alias::resource).orElseGet(kind::resource);
    }

    /// A kind about which there is nothing to show but when it was made.
    private static void plain(JsonNode object, Row row) {
        row.name(object).text(object.path("metadata").path("creationTimestamp").asText());
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
