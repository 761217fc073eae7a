package dev.glovebox.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/// Fills in what a schema says of absent fields, and what Kubernetes writes even when it is empty:
/// its Go types hold some structs and times by value, and those are always encoded.
public final class Defaults {
    /// What is encoded although it is empty, by struct and field.
    private static final Map<String, Map<String, String>> ALWAYS =
            Map.ofEntries(
                    Map.entry("core.v1.Pod", Map.of("spec", "{}", "status", "{}")),
                    Map.entry("core.v1.Node", Map.of("spec", "{}", "status", "{}")),
                    Map.entry("core.v1.Namespace", Map.of("spec", "{}", "status", "{}")),
                    Map.entry(
                            "core.v1.NodeStatus",
                            Map.of("daemonEndpoints", "{}", "nodeInfo", "{}")),
                    Map.entry("core.v1.NodeDaemonEndpoints", Map.of("kubeletEndpoint", "{}")),
                    Map.entry(
                            "core.v1.PodCondition",
                            Map.of("lastProbeTime", "null", "lastTransitionTime", "null")),
                    Map.entry(
                            "core.v1.NodeCondition",
                            Map.of("lastHeartbeatTime", "null", "lastTransitionTime", "null")),
                    Map.entry("core.v1.Container", Map.of("resources", "{}")),
                    Map.entry("core.v1.EphemeralContainer", Map.of("resources", "{}")),
                    Map.entry("core.v1.ContainerStatus", Map.of("lastState", "{}", "state", "{}")),
                    Map.entry("core.v1.ContainerStateRunning", Map.of("startedAt", "null")),
                    Map.entry(
                            "core.v1.ContainerStateTerminated",
                            Map.of("startedAt", "null", "finishedAt", "null")),
                    Map.entry("core.v1.ResourceFieldSelector", Map.of("divisor", "\"0\"")),
                    Map.entry(
                            "core.v1.Event",
                            Map.of(
                                    "source", "{}",
                                    "involvedObject", "{}",
                                    "firstTimestamp", "null",
                                    "lastTimestamp", "null",
                                    "eventTime", "null")));

    private Defaults() {}

    /// Fills in the whole tree.
    public static void apply(Schema schema, JsonNode value) {
        switch (schema.form()) {
            case STRUCT -> {
                if (value instanceof ObjectNode object) {
                    struct(schema, object);
                }
            }
            case MAP, LIST -> value.forEach(item -> apply(schema.items(), item));
            default -> {}
        }
    }

    private static void struct(Schema schema, ObjectNode object) {
        schema.defaults()
                .forEach((field, value) -> {
                    if (!object.has(field)) {
                        object.set(field, value);
                    }
                });
        always(schema.name())
                .forEach((field, text) -> {
                    if (!object.has(field)) {
                        object.set(field, empty(text));
                    }
                });
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            schema.property(field.getKey())
                    .ifPresent(property -> apply(property, field.getValue()));
        }
    }

    private static Map<String, String> always(String name) {
        return ALWAYS.getOrDefault(name.replace("io.k8s.api.", ""), Map.of());
    }

    private static JsonNode empty(String text) {
        return switch (text) {
            case "{}" -> JsonNodeFactory.instance.objectNode();
            case "null" -> NullNode.instance;
            default -> JsonNodeFactory.instance.textNode(text.replace("\"", ""));
        };
    }
}
