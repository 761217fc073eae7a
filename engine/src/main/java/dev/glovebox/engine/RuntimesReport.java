package dev.glovebox.engine;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.model.Names;
import dev.glovebox.runtimes.Evidence;
import dev.glovebox.runtimes.Handler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/// What `runtimes` shows: every handler of every node, with how it came to be and what was seen of
/// it.
///
/// @param rows in the order in which they are shown
record RuntimesReport(List<Row> rows) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /// What people look for, with what is said where it is not there.
    private static final Map<String, String> LOOKED_FOR =
            new TreeMap<>(
                    Map.of(
                            "crun",
                            "it is not installed; install it: sudo ./glovebox runtimes install crun"));

    RuntimesReport {
        rows = List.copyOf(rows);
    }

    /// One handler.
    ///
    /// @param node whose; empty where no engine runs
    /// @param name the runtime's: `gvisor` for handler `runsc`
    /// @param handler as containerd and RuntimeClasses have it
    /// @param known what it runs; empty where it is not there
    /// @param state in one word
    /// @param reason what the state is about, as a sentence without a full stop
    /// @param evidence what a probe pod saw; empty where none ran that could say something
    record Row(
            String node,
            String name,
            String handler,
            Optional<Handler> known,
            String state,
            String reason,
            Optional<Evidence> evidence) {}

    /// Of nodes that run.
    static RuntimesReport of(List<Parts> nodes) {
        List<Row> rows = new ArrayList<>();
        for (Parts node : nodes) {
            ProvenHandlers handlers = node.handlers();
            handlers.all()
                    .forEach((handler, state) ->
                            rows.add(
                                    new Row(
                                            node.nodeName(),
                                            name(handler),
                                            handler,
                                            handlers.handler(handler),
                                            ProvenHandlers.word(state),
                                            state.summary(),
                                            ProvenHandlers.evidence(state))));
            missing(node.nodeName(), rows);
        }
        return new RuntimesReport(rows);
    }

    /// Of a machine on which no engine runs that could show what works.
    static RuntimesReport of(MachineRuntimes.Claims machine) {
        List<Row> rows = new ArrayList<>();
        for (Handler each : machine.handlers()) {
            rows.add(
                    new Row(
                            "",
                            name(each.name()),
                            each.name(),
                            Optional.of(each),
                            "installed",
                            "no engine runs that could have a probe pod show whether it works",
                            Optional.empty()));
        }
        machine.absent()
                .forEach((handler, why) ->
                        rows.add(
                                new Row(
                                        "",
                                        name(handler),
                                        handler,
                                        Optional.empty(),
                                        ProvenHandlers.word(why),
                                        why.summary(),
                                        Optional.empty())));
        missing("", rows);
        return new RuntimesReport(rows);
    }

    /// The runtimes that people look for and that are not there.
    private static void missing(String node, List<Row> rows) {
        LOOKED_FOR.forEach((name, why) -> {
            if (rows.stream().noneMatch(r -> r.node().equals(node) && r.handler().equals(name))) {
                rows.add(
                        new Row(
                                node,
                                name,
                                name,
                                Optional.empty(),
                                "absent",
                                why,
                                Optional.empty()));
            }
        });
    }

    /// An array of objects, or a table for people.
    String text(boolean json) {
        return json ? json() : table();
    }

    private String json() {
        ArrayNode all = JSON.createArrayNode();
        for (Row row : rows) {
            ObjectNode node = all.addObject();
            if (!row.node().isEmpty()) {
                node.put("node", row.node());
            }
            node.put("name", row.name())
                    .put("handler", row.handler())
                    .put("version", row.known().map(Handler::version).orElse(""))
                    .put("lane", lane(row))
                    .put("platform", row.known().map(h -> h.setup().platform()).orElse(""))
                    .put("source", row.known().map(h -> h.setup().source()).orElse(""))
                    .put("state", row.state())
                    .put("reason", row.reason());
            row.evidence().ifPresent(evidence -> add(evidence, node.putObject("evidence")));
        }
        return all + "\n";
    }

    private static void add(Evidence evidence, ObjectNode node) {
        node.put("seenAt", evidence.seenAt().toString())
                .put("guestKernel", evidence.guestKernel())
                .put("guestLog", evidence.guestLog())
                .put("hostProcesses", evidence.hostProcesses())
                .put("hostTasks", evidence.hostTasks())
                .put("memoryLimit", evidence.memoryLimit())
                .put("exitCode", evidence.exitCode())
                .put("limitHits", evidence.limitHits())
                .put("containerd", evidence.subject().containerd())
                .put("hostKernel", evidence.subject().hostKernel());
    }

    private String table() {
        boolean several = rows.stream().map(Row::node).distinct().count() > 1;
        List<List<String>> table = new ArrayList<>();
        table.add(
                line(
                        several,
                        "NODE",
                        List.of(
                                "NAME",
                                "HANDLER",
                                "STATE",
                                "LANE",
                                "PLATFORM",
                                "VERSION",
                                "REASON")));
        for (Row row : rows) {
            table.add(
                    line(
                            several,
                            row.node(),
                            List.of(
                                    row.name(),
                                    row.handler(),
                                    row.state(),
                                    or(lane(row)),
                                    or(row.known().map(h -> h.setup().platform()).orElse("")),
                                    or(row.known().map(Handler::version).orElse("")),
                                    row.reason())));
        }
        return Columns.of(table);
    }

    private static List<String> line(boolean several, String node, List<String> rest) {
        return several ? Stream.concat(Stream.of(node), rest.stream()).toList() : rest;
    }

    private static String lane(Row row) {
        return row.known().map(handler -> handler.setup().lane().text()).orElse("");
    }

    private static String or(String text) {
        return text.isEmpty() ? "-" : text;
    }

    /// The runtime's name: `gvisor` for handler `runsc`.
    static String name(String handler) {
        return Names.runtime(handler);
    }
}
