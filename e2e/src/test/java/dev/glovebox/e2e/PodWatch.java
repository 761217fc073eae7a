package dev.glovebox.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// One watch of a namespace's pods over all the lives of an engine: it goes on where it was, and
/// keeps what each pod's status said.
final class PodWatch {
    private final String path;
    private final Map<String, Set<String>> seen = new TreeMap<>();
    private long revision;

    PodWatch(String namespace, long revision) {
        this.path = "/api/v1/namespaces/" + namespace + "/pods?watch=1&resourceVersion=";
        this.revision = revision;
    }

    /// Reads until the connection ends.
    void watchUntilGone(ApiClient api) throws InterruptedException {
        try (var lines =
                new BufferedReader(new InputStreamReader(api.stream(path + position()), UTF_8))) {
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
        var pod = event.required("object");
        assertThat(event.required("type").textValue())
                .as(line)
                .isIn("ADDED", "MODIFIED", "DELETED");
        revision = ModelWriter.revision(pod);
        var name = pod.at("/metadata/name").textValue();
        seen.computeIfAbsent(name, _ -> new LinkedHashSet<>()).add(facts(pod));
    }

    /// Everything that a pod's status said, from first to last, each once.
    synchronized Set<String> seen(String pod) {
        return Set.copyOf(seen.getOrDefault(pod, Set.of()));
    }

    /// What must stay the same of a pod that runs: its address, its containers, their starts, since
    /// when it is Ready.
    static String facts(JsonNode pod) {
        var facts = new StringBuilder(pod.at("/status/podIP").asText());
        for (var status : pod.at("/status/containerStatuses")) {
            facts.append(' ').append(status.at("/containerID").asText());
            facts.append(' ').append(status.at("/restartCount").asText());
            facts.append(' ').append(status.at("/ready").asText());
            facts.append(' ').append(status.at("/state/running/startedAt").asText());
        }
        for (var condition : pod.at("/status/conditions")) {
            if (condition.at("/type").asText().matches("Ready|ContainersReady")) {
                facts.append(' ').append(condition.at("/status").asText());
                facts.append(" since ").append(condition.at("/lastTransitionTime").asText());
            }
        }
        return facts.toString();
    }
}
