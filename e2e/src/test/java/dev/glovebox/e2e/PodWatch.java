package dev.glovebox.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// A watch of a namespace's pods over all the lives of an engine: it keeps what each pod's status
/// said.
final class PodWatch {
    private final Map<String, Set<String>> seen = new TreeMap<>();
    private final ContinuedWatch watch;

    PodWatch(String namespace, long revision) {
        this.watch =
                new ContinuedWatch(
                        "/api/v1/namespaces/" + namespace + "/pods", revision, this::add);
    }

    /// Reads until the connection ends.
    void watchUntilGone(ApiClient api) throws InterruptedException {
        watch.untilGone(api);
    }

    private synchronized void add(String type, JsonNode pod) {
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
