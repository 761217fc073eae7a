package dev.glovebox.apiserver.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.kinds.MetricsKinds;
import dev.glovebox.apiserver.kinds.ObjectLookup;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;

/// NodeMetrics and PodMetrics, made of what nodes tell. Those of a node that does not answer, and
/// of a pod that was not measured twice yet, do not exist.
///
/// A pod's containers add up to the pod: what the pod uses beyond its containers' own cgroups,
/// which is its sandbox, is told with its first container, because a PodMetrics has no other place
/// for it. Under gVisor the sandbox is what runs the containers' programs.
public final class Measurements {
    /// How far two looks of a node at itself lie apart: the kubelet's housekeeping interval.
    private static final String WINDOW = "10s";

    private static final JsonNode NOTHING = JsonNodeFactory.instance.missingNode();

    private final ObjectLookup objects;
    private final NodeSummaries summaries;

    /// Measurements of the pods and nodes that `objects` knows.
    public Measurements(ObjectLookup objects, NodeSummaries summaries) {
        this.objects = objects;
        this.summaries = summaries;
    }

    /// Every NodeMetrics that there is now.
    public List<ObjectNode> nodes() {
        return nodes(objects.all("", "nodes", ""));
    }

    /// The NodeMetrics of one node.
    public Optional<ObjectNode> node(String name) {
        return nodes(objects.find("", "nodes", "", name).stream().toList()).stream().findFirst();
    }

    /// Every PodMetrics of a namespace, of all for an empty one.
    public List<ObjectNode> pods(String namespace) {
        return pods(objects.all("", "pods", namespace));
    }

    /// The PodMetrics of one pod.
    public Optional<ObjectNode> pod(String namespace, String name) {
        return pods(objects.find("", "pods", namespace, name).stream().toList()).stream()
                .findFirst();
    }

    private List<ObjectNode> nodes(List<ObjectNode> nodes) {
        Map<String, JsonNode> told = summaries.of(nodes.stream().map(Measurements::name).toList());
        List<ObjectNode> all = new ArrayList<>();
        for (ObjectNode node : nodes) {
            JsonNode part = told.getOrDefault(name(node), NOTHING).path("node");
            Usage.told(part)
                    .ifPresent(usage -> {
                        ObjectNode metrics = metrics("NodeMetrics", node, part);
                        usage.put(metrics);
                        all.add(metrics);
                    });
        }
        return all;
    }

    private List<ObjectNode> pods(List<ObjectNode> pods) {
        List<String> nodes =
                pods.stream()
                        .map(pod -> pod.at("/spec/nodeName").asText())
                        .filter(node -> !node.isEmpty())
                        .distinct()
                        .toList();
        Map<String, Map<String, JsonNode>> told = new HashMap<>();
        summaries.of(nodes).forEach((node, summary) -> told.put(node, byUid(summary)));
        List<ObjectNode> all = new ArrayList<>();
        for (ObjectNode pod : pods) {
            // A node speaks for the pods that were given to it, and for no others.
            String node = pod.at("/spec/nodeName").asText();
            String uid = pod.at("/metadata/uid").asText();
            pod(pod, told.getOrDefault(node, Map.of()).getOrDefault(uid, NOTHING))
                    .ifPresent(all::add);
        }
        return all;
    }

    private static Map<String, JsonNode> byUid(JsonNode summary) {
        Map<String, JsonNode> pods = new HashMap<>();
        summary.path("pods").forEach(pod -> pods.put(pod.at("/podRef/uid").asText(), pod));
        return pods;
    }

    private static Optional<ObjectNode> pod(ObjectNode pod, JsonNode part) {
        Map<String, Usage> containers = new LinkedHashMap<>();
        for (JsonNode container : part.path("containers")) {
            Optional<Usage> usage = Usage.told(container);
            if (usage.isEmpty()) {
                return Optional.empty();
            }
            containers.put(container.path("name").asText(), usage.get());
        }
        Optional<Usage> whole = Usage.told(part);
        if (containers.isEmpty() || whole.isEmpty()) {
            return Optional.empty();
        }
        Usage sum = containers.values().stream().reduce(Usage.NOTHING, Usage::plus);
        containers.merge(firstOf(pod, containers), whole.get().without(sum), Usage::plus);
        ObjectNode metrics = metrics("PodMetrics", pod, part);
        var list = metrics.putArray("containers");
        containers.forEach((name, usage) -> usage.put(list.addObject().put("name", name)));
        return Optional.of(metrics);
    }

    /// The first container of a pod's spec that runs.
    private static String firstOf(ObjectNode pod, Map<String, Usage> running) {
        return StreamSupport.stream(pod.at("/spec/containers").spliterator(), false)
                .map(container -> container.path("name").asText())
                .filter(running::containsKey)
                .findFirst()
                .orElseGet(() -> running.keySet().iterator().next());
    }

    private static ObjectNode metrics(String kind, ObjectNode of, JsonNode part) {
        ObjectNode metrics = JsonNodeFactory.instance.objectNode();
        metrics.put("kind", kind).put("apiVersion", MetricsKinds.GROUP + "/v1beta1");
        ObjectNode metadata = metrics.putObject("metadata").put("name", name(of));
        JsonNode from = of.path("metadata");
        if (from.has("namespace")) {
            metadata.set("namespace", from.path("namespace"));
        }
        String time = part.at("/cpu/time").asText();
        metadata.put("creationTimestamp", time);
        if (from.has("labels")) {
            metadata.set("labels", from.path("labels"));
        }
        return metrics.put("timestamp", time).put("window", WINDOW);
    }

    private static String name(ObjectNode object) {
        return object.at("/metadata/name").asText();
    }
}
