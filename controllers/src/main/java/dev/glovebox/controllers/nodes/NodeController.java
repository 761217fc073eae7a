package dev.glovebox.controllers.nodes;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.DeleteOptions;
import dev.glovebox.cluster.EventRecorder;
import dev.glovebox.cluster.Lease;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Patch;
import dev.glovebox.cluster.Reflector;
import dev.glovebox.cluster.Resource;
import dev.glovebox.cluster.WorkQueue.Outcome;
import dev.glovebox.controllers.loop.ControlLoop;
import dev.glovebox.controllers.loop.LoopSettings;
import dev.glovebox.controllers.loop.PodFacts;
import dev.glovebox.controllers.loop.Times;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Taint;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Notices nodes that have fallen silent, keeps pods from nodes that are not ready, and has pods
/// leave them when they tolerate it no longer: what kube-controller-manager's node lifecycle and
/// taint eviction controllers do. While no node at all is ready nobody has to leave: then it is not
/// the nodes that are at fault.
///
/// Concurrency: there is one key, so that one thread at a time looks; it owns `heartbeats`.
public final class NodeController implements AutoCloseable {
    private static final String NAME = "node-controller";
    private static final String ALL = "nodes";
    private static final Duration PERIOD = Duration.ofSeconds(5);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Cluster cluster;
    private final Clock clock;
    private final Reflector<Node> nodes;
    private final Reflector<Lease> leases;
    private final Reflector<Pod> pods;
    private final PodWrites writes;
    private final EventRecorder events;
    private final Heartbeats heartbeats = new Heartbeats();
    private final ControlLoop<String> loop;

    private NodeController(LoopSettings settings) {
        this.cluster = settings.cluster();
        this.clock = settings.clock();
        this.nodes = settings.informers().of(Resource.NODES);
        this.leases = settings.informers().of(Lease.RESOURCE);
        this.pods = settings.informers().of(Resource.PODS);
        this.writes = new PodWrites(cluster, clock);
        this.events = settings.events(NAME);
        this.loop =
                settings.<String>loop(NAME)
                        .follow(nodes, node -> Stream.of(ALL))
                        .follow(leases, lease -> Stream.empty())
                        .follow(pods, pod -> Stream.of(ALL).filter(any -> isTainted(pod)))
                        .start(any -> look());
    }

    /// Starts it.
    public static NodeController start(LoopSettings settings) {
        return new NodeController(settings);
    }

    @Override
    public void close() {
        loop.close();
        events.close();
    }

    private Optional<Node> node(Pod pod) {
        return PodFacts.isAssigned(pod)
                ? nodes.image().get(ObjectKey.of(pod.getSpec().getNodeName()))
                : Optional.empty();
    }

    private boolean isTainted(Pod pod) {
        return node(pod)
                .filter(node -> node.getSpec() != null && !node.getSpec().getTaints().isEmpty())
                .isPresent();
    }

    private Outcome look() {
        Instant now = clock.instant();
        Collection<Node> all = nodes.image().values();
        heartbeats.keep(
                all.stream().map(node -> node.getMetadata().getName()).collect(Collectors.toSet()));
        List<Node> seen = new ArrayList<>();
        for (Node node : all) {
            heartbeats.note(node.getMetadata().getName(), sign(node), now);
            seen.add(judged(node, now));
        }
        boolean some = seen.stream().anyMatch(node -> NodeHealth.ready(node).equals("True"));
        for (Node node : seen) {
            taint(node, NodeHealth.taints(node, some, now));
        }
        return new Outcome.Again(evict(now));
    }

    /// What changes whenever a node gives a sign of life.
    private String sign(Node node) {
        String lease =
                leases.image()
                        .get(new ObjectKey(Lease.NODES, node.getMetadata().getName()))
                        .map(Lease::renewed)
                        .orElse("");
        return lease
                + "/"
                + (node.getStatus() == null
                        ? ""
                        : node.getStatus().getConditions().stream()
                                .filter(each -> !"Unknown".equals(each.getStatus()))
                                .map(NodeCondition::getLastHeartbeatTime)
                                .map(String::valueOf)
                                .sorted()
                                .collect(Collectors.joining(",")));
    }

    /// The node after it was told that it is silent, if it is.
    private Node judged(Node node, Instant now) {
        if (!heartbeats.isSilent(node.getMetadata().getName(), now)) {
            return node;
        }
        Node silent = NodeHealth.silent(node, now);
        if (silent.equals(node)) {
            return node;
        }
        boolean ready = NodeHealth.ready(node).equals("True");
        Node written = cluster.updateStatus(Resource.NODES, silent);
        if (ready) {
            String name = node.getMetadata().getName();
            events.normal(
                    EventRecorder.about(node),
                    "NodeNotReady",
                    "Node %s status is now: NodeNotReady".formatted(name));
            onNode(name).forEach(this::notReady);
        }
        return written;
    }

    private Stream<Pod> onNode(String name) {
        return pods.image().values().stream()
                .filter(pod -> name.equals(pod.getSpec().getNodeName()));
    }

    private void notReady(Pod pod) {
        if (!PodFacts.isReady(pod)) {
            return;
        }
        writes.notReady(pod);
        events.warning(EventRecorder.about(pod), "NodeNotReady", "Node is not ready");
    }

    private void taint(Node node, List<Taint> taints) {
        List<Taint> old = node.getSpec() == null ? List.of() : node.getSpec().getTaints();
        if (taints.equals(old)) {
            return;
        }
        ObjectNode patch = JSON.createObjectNode();
        patch.putObject("metadata").put("resourceVersion", node.getMetadata().getResourceVersion());
        patch.putObject("spec").set("taints", JSON.valueToTree(taints));
        cluster.patch(Resource.NODES, ObjectKey.of(node), Patch.merge(patch), "");
    }

    /// Has those leave that must; how long until the next must, or until the next look.
    private Duration evict(Instant now) {
        Optional<Instant> next = Optional.empty();
        for (Pod pod : pods.image().values()) {
            Optional<Instant> when =
                    PodFacts.isLeaving(pod)
                            ? Optional.empty()
                            : node(pod).flatMap(node -> Eviction.of(pod, node, now));
            if (when.isPresent() && !when.get().isAfter(now)) {
                evict(pod);
            } else {
                next = Times.earlier(next, when);
            }
        }
        Duration wait = next.map(then -> Times.until(then, now)).orElse(PERIOD);
        return wait.compareTo(PERIOD) < 0 ? wait : PERIOD;
    }

    private void evict(Pod pod) {
        ObjectKey key = ObjectKey.of(pod);
        events.normal(
                EventRecorder.about(pod),
                "TaintManagerEviction",
                "Marking for deletion Pod %s/%s".formatted(key.namespace(), key.name()));
        writes.disrupt(
                pod, "DeletionByTaintManager", "Taint manager: deleting due to NoExecute taint");
        writes.delete(
                pod, new DeleteOptions(Optional.empty(), Optional.of(pod.getMetadata().getUid())));
    }
}
