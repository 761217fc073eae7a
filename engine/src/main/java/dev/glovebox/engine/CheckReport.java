package dev.glovebox.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.control.CheckSpec;
import dev.glovebox.runtimes.check.Captured;
import dev.glovebox.runtimes.check.Comparison;
import dev.glovebox.runtimes.check.Ending;
import dev.glovebox.runtimes.check.Feature;
import dev.glovebox.runtimes.check.Judgement;
import dev.glovebox.runtimes.check.RefusedCall;
import dev.glovebox.runtimes.check.Side;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/// What `check` tells. What a program wrote is shown with its control characters replaced.
///
/// @param runc empty where it was run under gVisor alone
record CheckReport(
        CheckSpec spec,
        CheckRun.Left gvisor,
        Optional<CheckRun.Left> runc,
        Versions versions,
        Judgement judgement) {
    /// What moves a cursor or turns the direction of writing is escaped, whoever looks at it.
    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private static final int LONGEST_LINE = 160;
    private static final int LONGEST_OUTPUT = 64 << 10;
    private static final double NANOS = 1e9;

    /// The runtimes' own words for their versions.
    record Versions(String gvisor, String runc) {}

    /// For a person; the verdict is the last line.
    String text() {
        StringBuilder text = new StringBuilder(table());
        judgement.outputs().forEach((name, comparison) -> text.append(lines(name, comparison)));
        if (runc.isEmpty()) {
            text.append(tail("standard error", gvisor.side().err()));
        } else if (gvisor.side().ending() instanceof Ending.Exited(int code, _) && code != 0) {
            text.append(tail("standard error under gVisor", gvisor.side().err()));
        }
        if (!gvisor.refused().calls().isEmpty()) {
            text.append("gVisor refused:\n").append(refused());
        }
        if (!gvisor.refused().complete()) {
            text.append("gVisor's log of refused calls could not be read to its end.\n");
        }
        return text.append(Printable.of(judgement.sentence())).append('\n').toString();
    }

    private String table() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(row("", _ -> "gVisor", "runc"));
        rows.add(row("it", side -> side.ending().text()));
        rows.add(row("time", side -> seconds(side.use().wall())));
        rows.add(row("processor time", side -> seconds(side.use().cpuNanos())));
        rows.add(row("most memory", side -> mebibytes(side.use().memoryPeak())));
        rows.add(row("standard output", side -> size(side.out())));
        rows.add(row("standard error", side -> size(side.err())));
        gvisor.side()
                .answer()
                .ifPresent(_ ->
                        rows.add(
                                row(
                                        "the answer",
                                        side ->
                                                side.answer()
                                                        .map(a ->
                                                                "exit code %d, %s"
                                                                        .formatted(
                                                                                a.code(),
                                                                                size(a.out())))
                                                        .orElse("none"))));
        return Columns.of(rows);
    }

    private List<String> row(String name, Function<Side, String> cell, String head) {
        return runc.isPresent()
                ? List.of(name, head, cell.apply(gvisor.side()))
                : List.of(name, cell.apply(gvisor.side()));
    }

    private List<String> row(String name, Function<Side, String> cell) {
        return row(name, cell, runc.map(left -> cell.apply(left.side())).orElse(""));
    }

    private static String lines(String name, Comparison comparison) {
        if (comparison.kind() == Comparison.Kind.SAME) {
            return "";
        }
        StringBuilder text = new StringBuilder(name + " " + comparison.text());
        text.append(comparison.pairs().isEmpty() ? ".\n" : ":\n");
        for (Comparison.Pair pair : comparison.pairs()) {
            text.append("  line ").append(pair.number()).append(" under runc:   ");
            text.append(shown(pair.runc())).append('\n');
            text.append("  line ").append(pair.number()).append(" under gVisor: ");
            text.append(shown(pair.gvisor())).append('\n');
        }
        return text.toString();
    }

    private static String tail(String name, Captured stream) {
        List<String> lines = stream.lines();
        if (lines.isEmpty()) {
            return "";
        }
        StringBuilder text = new StringBuilder("The end of " + name + ":\n");
        lines.subList(Math.max(0, lines.size() - 5), lines.size())
                .forEach(line -> text.append("  ").append(shown(line)).append('\n'));
        return text.toString();
    }

    private String refused() {
        return Columns.of(
                gvisor.refused().calls().stream()
                        .map(call ->
                                List.of(
                                        "  " + call.text(),
                                        call.feature().map(Feature::what).orElse(""),
                                        call.feature().map(Feature::advice).orElse("")))
                        .toList());
    }

    private static String shown(String line) {
        String safe = Printable.of(line);
        return safe.length() <= LONGEST_LINE ? safe : safe.substring(0, LONGEST_LINE) + "...";
    }

    private static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.2f s", time.toNanos() / NANOS);
    }

    private static String seconds(OptionalLong nanos) {
        return nanos.isPresent() ? seconds(Duration.ofNanos(nanos.getAsLong())) : "not seen";
    }

    private static String mebibytes(OptionalLong bytes) {
        return bytes.isPresent()
                ? String.format(Locale.ROOT, "%.1f MiB", bytes.getAsLong() / (double) (1 << 20))
                : "not seen";
    }

    private static String size(Captured stream) {
        int lines = stream.lines().size();
        return stream.truncated()
                ? "more than 1 MiB"
                : "%d bytes in %d line%s".formatted(stream.size(), lines, lines == 1 ? "" : "s");
    }

    /// One object.
    String json() {
        ObjectNode report =
                JSON.createObjectNode()
                        .put("image", spec.run().image())
                        .put("verdict", judgement.verdict().word())
                        .put("sentence", judgement.sentence())
                        .put("exitCode", judgement.verdict().exitCode());
        ArrayNode command = report.putArray("command");
        spec.run().command().forEach(command::add);
        side(report.putObject("gvisor"), gvisor.side(), versions.gvisor());
        gvisor.host()
                .ifPresent(facts ->
                        report.putObject("seenFromHost")
                                .put("handler", facts.handler())
                                .put("program", facts.runtime().program())
                                .put("digest", facts.runtime().digest())
                                .put("containerProcesses", facts.containerProcesses().size()));
        runc.ifPresent(left -> side(report.putObject("runc"), left.side(), versions.runc()));
        ObjectNode outputs = report.putObject("outputs");
        judgement
                .outputs()
                .forEach((name, comparison) -> {
                    ObjectNode node =
                            outputs.putObject(name)
                                    .put("kind", comparison.kind().name().toLowerCase(Locale.ROOT))
                                    .put("text", comparison.text());
                    ArrayNode pairs = node.putArray("lines");
                    comparison
                            .pairs()
                            .forEach(pair ->
                                    pairs.addObject()
                                            .put("line", pair.number())
                                            .put("runc", pair.runc())
                                            .put("gvisor", pair.gvisor()));
                });
        report.put("refusedComplete", gvisor.refused().complete());
        ArrayNode refused = report.putArray("refused");
        gvisor.refused().calls().forEach(call -> refused.add(json(call)));
        return written(report) + "\n";
    }

    private static String written(ObjectNode report) {
        try {
            return JSON.writeValueAsString(report);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of JSON can be written", e);
        }
    }

    private static ObjectNode json(RefusedCall call) {
        ObjectNode node = JSON.createObjectNode().put("call", call.name());
        ArrayNode arguments = node.putArray("arguments");
        call.selectors().forEach(arguments::add);
        return node.put("feature", call.feature().map(Feature::what).orElse(""))
                .put("advice", call.feature().map(Feature::advice).orElse(""));
    }

    private static void side(ObjectNode node, Side side, String version) {
        node.put("version", version).put("ended", side.ending().text());
        if (side.ending() instanceof Ending.Exited(int code, String reason)) {
            node.put("exitCode", code).put("reason", reason);
        }
        node.put("seconds", side.use().wall().toNanos() / NANOS);
        side.use().cpuNanos().ifPresent(nanos -> node.put("cpuSeconds", nanos / NANOS));
        side.use().memoryPeak().ifPresent(bytes -> node.put("memoryPeak", bytes));
        node.put("stdout", cut(side.out().text())).put("stderr", cut(side.err().text()));
        node.put(
                "truncated",
                side.out().truncated()
                        || side.err().truncated()
                        || Math.max(side.out().text().length(), side.err().text().length())
                                > LONGEST_OUTPUT);
        side.answer()
                .ifPresent(answer ->
                        node.putObject("answer")
                                .put("exitCode", answer.code())
                                .put("stdout", cut(answer.out().text())));
    }

    private static String cut(String text) {
        return text.length() <= LONGEST_OUTPUT ? text : text.substring(0, LONGEST_OUTPUT);
    }
}
