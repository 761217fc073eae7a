package dev.glovebox.engine;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.glovebox.cluster.Cluster;
import dev.glovebox.control.Conversation;
import dev.glovebox.runtimes.SandboxFailure;
import dev.glovebox.runtimes.host.Cgroups;
import dev.glovebox.runtimes.limits.AtLimit;
import dev.glovebox.runtimes.limits.LimitsProbe;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// `runtimes limits`: has it seen on a node what happens at each limit.
///
/// @param cluster has the pods that go over their limit of disk
/// @param nodes the first that has a runtime shows it
/// @param runtime name or handler; empty: every one that works
record LimitsRequest(Cluster cluster, List<Parts> nodes, String runtime) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /// Looks, one runtime after another.
    ///
    /// @param talk hears how far it is, and gets the table
    void answer(boolean json, Conversation talk) throws IOException, InterruptedException {
        List<AtLimit> seen = new ArrayList<>();
        for (Map.Entry<String, Parts> each : ChosenHandlers.of(nodes, runtime).entrySet()) {
            try {
                seen.addAll(
                        new LimitsProbe(each.getValue().sandboxes(), Cgroups.ofThisMachine())
                                .see(each.getKey(), talk::tell));
                seen.addAll(
                        new DiskLimits(cluster, each.getValue()).see(each.getKey(), talk::tell));
            } catch (SandboxFailure e) {
                throw new EngineException(
                        "what happens at limits under %s could not be seen: %s"
                                .formatted(each.getKey(), e.why()),
                        e);
            }
        }
        String text = json ? json(seen) : table(seen);
        talk.output().write(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String json(List<AtLimit> seen) {
        ArrayNode all = JSON.createArrayNode();
        seen.forEach(each ->
                all.addObject()
                        .put("name", RuntimesReport.name(each.handler()))
                        .put("handler", each.handler())
                        .put("resource", each.resource().text())
                        .put("scope", each.scope().text())
                        .put("effect", each.effect().text())
                        .put("seen", each.seen()));
        return all + "\n";
    }

    private static String table(List<AtLimit> seen) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("RUNTIME", "LIMIT", "OF", "EFFECT", "SEEN"));
        seen.forEach(each ->
                rows.add(
                        List.of(
                                RuntimesReport.name(each.handler()),
                                each.resource().text(),
                                each.scope().text(),
                                each.effect().text(),
                                each.seen())));
        return Columns.of(rows);
    }
}
