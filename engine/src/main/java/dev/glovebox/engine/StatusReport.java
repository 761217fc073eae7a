package dev.glovebox.engine;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.Resource;
import dev.glovebox.cluster.Scope;
import dev.glovebox.control.EnginePaths;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// What `status` shows: the engine, its nodes, its runtimes with what was seen of each, its pods.
///
/// @param own how many nodes the engine has of its own
record StatusReport(EnginePaths paths, int own, Stage stage) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /// One JSON object, or text for people.
    String text(boolean json) {
        return switch (stage) {
            case Stage.Starting(String doing) -> starting(doing, json);
            case Stage.Stopping() -> starting("stopping", json);
            case Stage.Running running -> running(running, json);
        };
    }

    private String starting(String doing, boolean json) {
        return json
                ? engine(false).put("starting", doing) + "\n"
                : head() + "State:     " + doing + "\n";
    }

    private String running(Stage.Running engine, boolean json) {
        List<Node> nodes = sorted(engine.cluster(), Resource.NODES, scope(engine, "metadata.name"));
        List<Pod> pods = sorted(engine.cluster(), Resource.PODS, scope(engine, "spec.nodeName"));
        if (!json) {
            return text(engine, nodes, pods);
        }
        boolean ready = engine.nodes().stream().allMatch(own -> isReady(own.nodeName(), nodes));
        ObjectNode report =
                engine(ready)
                        .put("program", engine.authority().isPresent() ? "engine" : "agent")
                        .put("api", engine.api().toString());
        ArrayNode all = report.putArray("nodes");
        nodes.forEach(node ->
                all.addObject()
                        .put("name", node.getMetadata().getName())
                        .put("status", word(node)));
        ArrayNode runtimes = report.putArray("runtimes");
        engine.nodes().forEach(node -> add(node, runtimes));
        ArrayNode unbound = report.putArray("unboundPods");
        engine.nodes().forEach(node -> node.unbound().get().keySet().forEach(unbound::add));
        ArrayNode all2 = report.putArray("pods");
        pods.forEach(pod ->
                all2.addObject()
                        .put("namespace", pod.getMetadata().getNamespace())
                        .put("name", pod.getMetadata().getName())
                        .put("phase", phase(pod))
                        .put("runtimeClass", runtimeClass(pod))
                        .put("node", nodeName(pod)));
        return report + "\n";
    }

    /// Everything, or what an agent may see: what is of its own node.
    private static Scope scope(Stage.Running engine, String field) {
        return engine.authority().isPresent()
                ? Scope.ALL
                : Scope.fields(field + "=" + engine.nodes().getFirst().nodeName());
    }

    private static void add(Parts node, ArrayNode runtimes) {
        ProvenHandlers handlers = node.handlers();
        handlers.all()
                .forEach((handler, state) ->
                        runtimes.addObject()
                                .put("node", node.nodeName())
                                .put("handler", handler)
                                .put("version", handlers.version(handler).orElse(""))
                                .put("state", ProvenHandlers.word(state))
                                .put("seen", state.summary()));
    }

    private ObjectNode engine(boolean ready) {
        return JSON.createObjectNode()
                .put("pid", ProcessHandle.current().pid())
                .put("version", Version.text())
                .put("dataDirectory", paths.data().toString())
                .put("ownNodes", own)
                .put("ready", ready);
    }

    private String head() {
        return "Engine:    glovebox %s, process %d, data in %s\n"
                .formatted(Version.text(), ProcessHandle.current().pid(), paths.data());
    }

    private String text(Stage.Running engine, List<Node> nodes, List<Pod> pods) {
        StringBuilder text = new StringBuilder(head());
        text.append("API:       ").append(engine.api()).append('\n');
        if (engine.nodes().isEmpty()) {
            text.append("Node:      none of its own: a control plane alone\n");
        }
        for (Node node : nodes) {
            text.append("Node:      %s, %s\n".formatted(node.getMetadata().getName(), word(node)));
        }
        text.append('\n');
        if (!engine.nodes().isEmpty()) {
            text.append(runtimes(engine.nodes())).append('\n');
            engine.nodes().forEach(node -> text.append(unbound(node)));
        }
        if (pods.isEmpty()) {
            return text.append("No pods.\n").toString();
        }
        List<List<String>> rows = new ArrayList<>();
        boolean several = engine.nodes().size() > 1;
        rows.add(row(several, "NODE", List.of("NAMESPACE", "POD", "PHASE", "CLASS")));
        for (Pod pod : pods) {
            rows.add(
                    row(
                            several,
                            nodeName(pod).isEmpty() ? "<none>" : nodeName(pod),
                            List.of(
                                    pod.getMetadata().getNamespace(),
                                    pod.getMetadata().getName(),
                                    phase(pod),
                                    runtimeClass(pod))));
        }
        return text.append(Columns.of(rows)).toString();
    }

    /// What is to be known of a network in which policies do not bind.
    private static String unbound(Parts node) {
        Map<String, Boolean> unbound = node.unbound().get();
        if (unbound.isEmpty()) {
            return "";
        }
        long meant = unbound.values().stream().filter(each -> each).count();
        return "Policies:  do not bind every pod of %s: %d without a link of its own, as --cni-config has it%s\n\n"
                .formatted(
                        node.nodeName(),
                        unbound.size(),
                        meant == 0 ? "" : "; a NetworkPolicy selects %d of them".formatted(meant));
    }

    private static String runtimes(List<Parts> nodes) {
        boolean several = nodes.size() > 1;
        List<List<String>> rows = new ArrayList<>();
        rows.add(row(several, "NODE", List.of("HANDLER", "STATE", "VERSION", "SEEN")));
        for (Parts node : nodes) {
            ProvenHandlers handlers = node.handlers();
            handlers.all()
                    .forEach((handler, state) ->
                            rows.add(
                                    row(
                                            several,
                                            node.nodeName(),
                                            List.of(
                                                    handler,
                                                    ProvenHandlers.word(state),
                                                    handlers.version(handler).orElse("-"),
                                                    state.summary()))));
        }
        return Columns.of(rows);
    }

    /// A row of a table, which begins with the node where there are several.
    private static List<String> row(boolean several, String node, List<String> rest) {
        return several ? Stream.concat(Stream.of(node), rest.stream()).toList() : rest;
    }

    private static <T extends io.fabric8.kubernetes.api.model.HasMetadata> List<T> sorted(
            Cluster cluster, Resource<T> resource, Scope scope) {
        return cluster.list(resource, scope).items().stream()
                .sorted(
                        Comparator.comparing((T each) ->
                                        Optional.ofNullable(each.getMetadata().getNamespace())
                                                .orElse(""))
                                .thenComparing(each -> each.getMetadata().getName()))
                .toList();
    }

    private static boolean isReady(String name, List<Node> nodes) {
        return nodes.stream()
                .anyMatch(node -> node.getMetadata().getName().equals(name) && isReady(node));
    }

    private static boolean isReady(Node node) {
        return node.getStatus() != null
                && node.getStatus().getConditions() != null
                && node.getStatus().getConditions().stream()
                        .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
    }

    private static String word(Node node) {
        return isReady(node) ? "Ready" : "NotReady";
    }

    private static String phase(Pod pod) {
        return pod.getStatus() == null || pod.getStatus().getPhase() == null
                ? "Pending"
                : pod.getStatus().getPhase();
    }

    private static String runtimeClass(Pod pod) {
        return Optional.ofNullable(pod.getSpec().getRuntimeClassName()).orElse("");
    }

    private static String nodeName(Pod pod) {
        return Optional.ofNullable(pod.getSpec().getNodeName()).orElse("");
    }
}
