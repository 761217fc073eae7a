package dev.glovebox.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.e2e.WriteModel.Effect;
import dev.glovebox.e2e.WriteModel.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// A watch of what the writers write over all the lives of an engine: it keeps all that it saw.
final class HistoryWatcher {
    private final Map<String, List<Effect>> seen = new TreeMap<>();
    private final ContinuedWatch watch;

    HistoryWatcher(long revision) {
        this.watch =
                new ContinuedWatch(
                        "/api/v1/namespaces/default/configmaps?labelSelector=written-by%3Dmodel",
                        revision, this::add);
    }

    /// Reads until the connection ends.
    void watchUntilGone(ApiClient api) throws InterruptedException {
        watch.untilGone(api);
    }

    private synchronized void add(String type, JsonNode object) {
        var value = object.at("/data/value").asText();
        seen.computeIfAbsent(object.at("/metadata/name").textValue(), _ -> new ArrayList<>())
                .add(
                        new Effect(
                                Kind.valueOf(type),
                                value,
                                Optional.of(ModelWriter.revision(object))));
    }

    /// Waits until it has seen a revision.
    void await(long wanted) throws InterruptedException {
        watch.await(wanted);
    }

    synchronized Map<String, List<Effect>> seen() {
        return new TreeMap<>(seen);
    }
}
