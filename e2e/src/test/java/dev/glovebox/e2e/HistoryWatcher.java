package dev.glovebox.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.e2e.WriteModel.Effect;
import dev.glovebox.e2e.WriteModel.Kind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// One watch over all the lives of an engine: it goes on where it was, and keeps all that it saw.
final class HistoryWatcher {
    private static final String WATCH =
            "/api/v1/namespaces/default/configmaps?labelSelector=written-by%3Dmodel&watch=1"
                    + "&resourceVersion=";

    private final Map<String, List<Effect>> seen = new TreeMap<>();
    private long revision;

    HistoryWatcher(long revision) {
        this.revision = revision;
    }

    /// Reads until the connection ends.
    ///
    /// @throws AssertionError for an event that cannot follow, an error or a gap that the server
    ///   admits among them
    void watchUntilGone(ApiClient api) throws InterruptedException {
        try (var lines =
                new BufferedReader(new InputStreamReader(api.stream(WATCH + position()), UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                add(line);
            }
        } catch (IOException gone) {
            // A line that is cut off was not read.
        }
    }

    private synchronized long position() {
        return revision;
    }

    private synchronized void add(String line) {
        var event = Kubectl.json(line);
        var object = event.required("object");
        assertThat(event.required("type").textValue())
                .as(line)
                .isIn("ADDED", "MODIFIED", "DELETED");
        var next = ModelWriter.revision(object);
        assertThat(next).as(line).isGreaterThan(revision);
        revision = next;
        var kind = Kind.valueOf(event.required("type").textValue());
        var value = object.at("/data/value").asText();
        seen.computeIfAbsent(object.at("/metadata/name").textValue(), _ -> new ArrayList<>())
                .add(new Effect(kind, value, Optional.of(next)));
        notifyAll();
    }

    /// Waits until it has seen a revision.
    synchronized void await(long wanted) throws InterruptedException {
        while (revision < wanted) {
            wait();
        }
    }

    synchronized Map<String, List<Effect>> seen() {
        return new TreeMap<>(seen);
    }
}
