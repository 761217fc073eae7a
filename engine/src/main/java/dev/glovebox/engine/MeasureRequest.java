package dev.glovebox.engine;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.control.Conversation;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import dev.glovebox.runtimes.SandboxFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// `runtimes measure`: has it measured on a node what runtimes take for each pod, and writes it
/// into their RuntimeClasses.
///
/// @param nodes the first that has a runtime measures it
/// @param runtime name or handler; empty: every one that works
record MeasureRequest(
        List<Parts> nodes, Measurement measurement, ClassOverheads classes, String runtime) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /// One runtime's.
    ///
    /// @param outcome what became of its class
    private record Row(String handler, ClassOverhead overhead, String outcome) {
        String name() {
            return RuntimesReport.name(handler);
        }

        String figure(String name) {
            return overhead.figures().getOrDefault(name, "-");
        }
    }

    /// Measures, one runtime after another.
    ///
    /// @param talk hears how far it is, and gets the table
    void answer(boolean json, Conversation talk) throws IOException, InterruptedException {
        List<Row> rows = new ArrayList<>();
        for (Map.Entry<String, Parts> each : ChosenHandlers.of(nodes, runtime).entrySet()) {
            rows.add(measured(each.getKey(), each.getValue(), talk));
        }
        String text = json ? json(rows) : table(rows);
        talk.output().write(text.getBytes(StandardCharsets.UTF_8));
    }

    private Row measured(String handler, Parts node, Conversation talk)
            throws IOException, InterruptedException {
        try {
            ClassOverhead overhead =
                    measurement.now(node, handler, line -> ChosenHandlers.tell(talk, line));
            return new Row(handler, overhead, written(handler, overhead));
        } catch (SandboxFailure e) {
            throw new EngineException(
                    "what %s takes for a pod could not be measured: %s".formatted(handler, e.why()),
                    e);
        }
    }

    /// The agent of a node may read classes and no more.
    private String written(String handler, ClassOverhead overhead) {
        try {
            return classes.write(RuntimesReport.name(handler), overhead).words();
        } catch (ApiException e) {
            if (e.reason() == StatusReason.FORBIDDEN) {
                return "not written: " + e.getMessage();
            }
            throw e;
        }
    }

    private static String json(List<Row> rows) {
        ArrayNode all = JSON.createArrayNode();
        for (Row row : rows) {
            ObjectNode node = all.addObject();
            node.put("name", row.name()).put("handler", row.handler());
            ObjectNode fixed = node.putObject("podFixed");
            new TreeMap<>(row.overhead().podFixed()).forEach(fixed::put);
            ObjectNode figures = node.putObject("figures");
            new TreeMap<>(row.overhead().figures()).forEach(figures::put);
            node.put("method", row.overhead().method()).put("class", row.outcome());
        }
        return all + "\n";
    }

    private static String table(List<Row> rows) {
        List<List<String>> table = new ArrayList<>();
        table.add(
                List.of(
                        "RUNTIME",
                        "MEMORY",
                        "AT WORK",
                        "SHIM",
                        "CPU",
                        "AT WORK",
                        "POD FIXED",
                        "CLASS"));
        for (Row row : rows) {
            Map<String, String> fixed = row.overhead().podFixed();
            table.add(
                    List.of(
                            row.name(),
                            row.figure("memoryAtRest"),
                            row.figure("memoryAtWork"),
                            row.figure("shimPssOutsideThePod"),
                            row.figure("cpuAtRest"),
                            row.figure("cpuAtWork"),
                            fixed.isEmpty()
                                    ? "none"
                                    : String.join(", ", new TreeMap<>(fixed).values()),
                            row.outcome()));
        }
        return Columns.of(table);
    }
}
