package dev.glovebox.engine;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.control.Conversation;
import dev.glovebox.model.ApiException;
import dev.glovebox.runtimes.SandboxFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `runtimes measure`: has it measured on a node what runtimes take for each pod, and writes it
/// into their RuntimeClasses.
///
/// @param nodes the first that has a runtime measures it
/// @param runtime name or handler; empty: every one that works
record MeasureRequest(
        List<Parts> nodes, Measurement measurement, ClassOverheads classes, String runtime) {
    private static final Logger LOG = LoggerFactory.getLogger(MeasureRequest.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    /// One runtime's.
    ///
    /// @param overhead empty where it could not be measured
    /// @param outcome what became of its class, or why it was not measured
    private record Row(String handler, Optional<ClassOverhead> overhead, String outcome) {
        String name() {
            return RuntimesReport.name(handler);
        }

        String figure(String name) {
            return overhead.map(each -> each.figures().get(name)).orElse("-");
        }
    }

    /// Measures, one runtime after another; one that fails keeps none of the others from it.
    /// Answers with the exit code: 1 where none could be measured.
    ///
    /// @param talk hears how far it is, and gets the table
    int answer(boolean json, Conversation talk) throws IOException, InterruptedException {
        List<Row> rows = new ArrayList<>();
        for (Map.Entry<String, Parts> each : ChosenHandlers.of(nodes, runtime).entrySet()) {
            rows.add(measured(each.getKey(), each.getValue(), talk));
        }
        String text = json ? json(rows) : table(rows);
        talk.output().write(text.getBytes(StandardCharsets.UTF_8));
        return rows.stream().allMatch(row -> row.overhead().isEmpty()) ? 1 : 0;
    }

    private Row measured(String handler, Parts node, Conversation talk)
            throws InterruptedException {
        try {
            ClassOverhead overhead = measurement.now(node, handler, talk::tell);
            return new Row(handler, Optional.of(overhead), written(handler, overhead));
        } catch (SandboxFailure e) {
            return unmeasured(handler, e.why(), e);
        } catch (IOException | RuntimeException e) {
            return unmeasured(handler, Troubles.sentence(e), e);
        }
    }

    private static Row unmeasured(String handler, String why, Exception cause) {
        LOG.atWarn()
                .addKeyValue("handler", handler)
                .setCause(cause)
                .log("what a runtime takes could not be measured");
        return new Row(handler, Optional.empty(), "not measured: " + Troubles.line(why));
    }

    /// Says so where the API refuses: the agent of a node may read classes and no more.
    private String written(String handler, ClassOverhead overhead) {
        try {
            return classes.write(RuntimesReport.name(handler), overhead).words();
        } catch (ApiException e) {
            return "not written: " + Troubles.sentence(e);
        }
    }

    private static String json(List<Row> rows) {
        ArrayNode all = JSON.createArrayNode();
        for (Row row : rows) {
            ObjectNode node = all.addObject();
            node.put("name", row.name()).put("handler", row.handler());
            row.overhead().ifPresent(overhead -> measured(node, overhead));
            node.put("class", row.outcome());
        }
        return all + "\n";
    }

    private static void measured(ObjectNode node, ClassOverhead overhead) {
        ObjectNode fixed = node.putObject("podFixed");
        new TreeMap<>(overhead.podFixed()).forEach(fixed::put);
        ObjectNode figures = node.putObject("figures");
        new TreeMap<>(overhead.figures()).forEach(figures::put);
        node.put("method", overhead.method());
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
            Map<String, String> fixed =
                    row.overhead().map(ClassOverhead::podFixed).orElse(Map.of());
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
