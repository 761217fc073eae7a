package dev.glovebox.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.function.BiConsumer;

/// One watch over all the lives of an engine: each connection goes on where the last one was.
final class ContinuedWatch {
    private final String path;
    private final BiConsumer<String, JsonNode> listener;
    private long revision;

    /// @param path of the collection, with what selects of it
    /// @param revision from which on events are wanted
    /// @param listener hears the type and object of each event, on the thread that watches
    ContinuedWatch(String path, long revision, BiConsumer<String, JsonNode> listener) {
        this.path = path + (path.contains("?") ? "&" : "?") + "watch=1&resourceVersion=";
        this.revision = revision;
        this.listener = listener;
    }

    /// Reads until the connection ends.
    ///
    /// @throws AssertionError for an event that cannot follow, an error or a gap that the server
    ///   admits among them
    void untilGone(ApiClient api) throws InterruptedException {
        try (var lines =
                new BufferedReader(new InputStreamReader(api.stream(path + position()), UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                add(line);
            }
        } catch (IOException gone) {
            // A line that is cut off was not read.
        }
    }

    /// Waits until it has seen a revision.
    synchronized void await(long wanted) throws InterruptedException {
        while (revision < wanted) {
            wait();
        }
    }

    private synchronized long position() {
        return revision;
    }

    private synchronized void add(String line) {
        var event = Kubectl.json(line);
        var type = event.required("type").textValue();
        assertThat(type).as(line).isIn("ADDED", "MODIFIED", "DELETED");
        var object = event.required("object");
        var next = ModelWriter.revision(object);
        assertThat(next).as(line).isGreaterThan(revision);
        listener.accept(type, object);
        revision = next;
        notifyAll();
    }
}
