package dev.glovebox.node.stats;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// A measure in the words of the kubelet's `/stats/summary`, as far as cpu and memory go
/// (`stats.k8s.io`, v1alpha1).
public final class Summary {
    private Summary() {}

    /// A measure as a tree. Without its node while nothing was measured.
    public static ObjectNode of(String node, NodeUsage.Measure measure) {
        ObjectNode summary = JsonNodeFactory.instance.objectNode();
        ObjectNode own = summary.putObject("node").put("nodeName", node);
        measure.node().ifPresent(reading -> put(own, reading));
        var pods = summary.putArray("pods");
        measure.pods().forEach(pod -> pod(pods.addObject(), pod));
        return summary;
    }

    private static void pod(ObjectNode told, NodeUsage.OfPod pod) {
        ObjectMeta metadata = pod.pod().getMetadata();
        told.putObject("podRef")
                .put("name", metadata.getName())
                .put("namespace", metadata.getNamespace())
                .put("uid", metadata.getUid());
        told.put("startTime", pod.pod().getStatus().getStartTime());
        var containers = told.putArray("containers");
        for (NodeUsage.OfContainer container : pod.containers()) {
            ObjectNode each = containers.addObject().put("name", container.name());
            each.put("startTime", time(container.started()));
            put(each, container.reading());
        }
        put(told, pod.whole());
    }

    private static void put(ObjectNode told, Reading reading) {
        ObjectNode cpu = told.putObject("cpu").put("time", time(reading.time()));
        reading.rate().ifPresent(rate -> cpu.put("usageNanoCores", rate));
        cpu.put("usageCoreNanoSeconds", reading.usage().cpu());
        told.putObject("memory")
                .put("time", time(reading.time()))
                .put("workingSetBytes", reading.usage().memory());
    }

    private static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
