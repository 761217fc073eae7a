package dev.glovebox.node;

import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Resource;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import dev.glovebox.node.capacity.NodeCapacity;
import dev.glovebox.node.eviction.Signal;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAddress;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.NodeStatusBuilder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the API that this node is there, what it has, and how it is. Users' own labels, taints and
/// annotations stay as they are.
final class NodeRegistration implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeRegistration.class);
    private static final Duration HEARTBEAT = Duration.ofMinutes(1);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final int TRIES = 5;

    private final NodeSettings settings;
    private final Cluster cluster;
    private final ContainerRuntime runtime;
    private final HostFacts host;
    private final NodeCapacity capacity;
    private final Supplier<Set<Signal.Condition>> pressure;
    private final Clock clock;
    private final String agentVersion;
    private final Rounds rounds;

    /// Runtimes that were seen to work; empty while nobody has looked.
    private volatile Optional<Set<String>> runtimes = Optional.empty();

    /// @param pressure what the node is short of
    NodeRegistration(
            NodeSettings settings,
            NodeParts parts,
            HostFacts host,
            NodeCapacity capacity,
            Supplier<Set<Signal.Condition>> pressure,
            String version) {
        this.capacity = capacity;
        this.pressure = pressure;
        this.settings = settings;
        this.cluster = parts.cluster();
        this.runtime = parts.runtime();
        this.clock = parts.clock();
        this.host = host;
        this.agentVersion = version;
        this.rounds =
                new Rounds("node-registration", Duration.ZERO, () -> report() ? HEARTBEAT : RETRY);
    }

    /// Reports from now on which runtimes were seen to work. Until then the node's labels say what
    /// they said before.
    void runtimes(Set<String> ready) {
        runtimes = Optional.of(Set.copyOf(ready));
        report();
    }

    void start() {
        rounds.start();
    }

    /// Begins no further report.
    @Override
    public void close() {
        rounds.close();
    }

    /// Writes the Node; whether it was written and is ready. Others write it too, when it is new
    /// above all: who comes second does so again at once.
    boolean report() {
        try {
            for (int tries = 1; tries < TRIES; tries++) {
                try {
                    return write();
                } catch (ApiException e) {
                    if (e.reason() != StatusReason.CONFLICT) {
                        throw e;
                    }
                }
            }
            return write();
        } catch (ApiException e) {
            LOG.atWarn().addKeyValue("cause", e.getMessage()).log("the node was not reported");
            return false;
        }
    }

    private boolean write() {
        Optional<Node> known = cluster.get(Resource.NODES, key());
        if (known.isEmpty()) {
            return isReady(create().getStatus());
        }
        Node node = labelledOrTold(known.get());
        node.setStatus(status(node));
        cluster.updateStatus(Resource.NODES, node);
        return isReady(node.getStatus());
    }

    /// A node whose labels nobody may write still says how it is.
    private Node labelledOrTold(Node node) {
        try {
            return labelled(node);
        } catch (ApiException e) {
            if (e.reason() == StatusReason.CONFLICT) {
                throw e;
            }
            LOG.atWarn().addKeyValue("cause", e.getMessage()).log("the node was not labelled");
            return cluster.get(Resource.NODES, key()).orElseThrow(() -> e);
        }
    }

    /// The node with our labels beside others', as it is stored.
    private Node labelled(Node node) {
        Map<String, String> labels =
                labels().beside(
                                Optional.ofNullable(node.getMetadata().getLabels())
                                        .orElse(Map.of()));
        if (labels.equals(node.getMetadata().getLabels())) {
            return node;
        }
        node.getMetadata().setLabels(labels);
        return cluster.update(Resource.NODES, node);
    }

    private static boolean isReady(NodeStatus status) {
        return status.getConditions().stream()
                .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
    }

    private ObjectKey key() {
        return ObjectKey.of(settings.name());
    }

    /// A new Node with all that there is to tell of it: until it is known to be ready, it is kept
    /// free of pods.
    private Node create() {
        Node node =
                new NodeBuilder()
                        .withNewMetadata()
                        .withName(settings.name())
                        .withLabels(labels().all())
                        .endMetadata()
                        .withNewSpec()
                        .endSpec()
                        .build();
        node.setStatus(status(node));
        return cluster.create(Resource.NODES, node);
    }

    private NodeLabels labels() {
        return new NodeLabels(settings.name(), host.architecture(), runtimes);
    }

    private NodeStatus status(Node node) {
        Optional<String> runtimeVersion = runtimeVersion();
        NodeStatusBuilder status = new NodeStatusBuilder();
        strictGroups().ifPresent(can -> status.withNewFeatures(can));
        if (settings.port() != 0) {
            status.withNewDaemonEndpoints()
                    .withNewKubeletEndpoint(settings.port())
                    .endDaemonEndpoints();
        }
        return status.withCapacity(capacity.shown())
                .withAllocatable(
                        capacity.allocatable(
                                settings.headroom().reserved(), settings.headroom().evictionHard()))
                .withAddresses(
                        settings.addresses().stream()
                                .map(each -> new NodeAddress(each, "InternalIP"))
                                .toList())
                .addNewAddress()
                .withType("Hostname")
                .withAddress(settings.name())
                .endAddress()
                .withConditions(conditions(node, runtimeVersion))
                .withNewNodeInfo()
                .withKernelVersion(host.kernel())
                .withOsImage(host.osImage())
                .withOperatingSystem("linux")
                .withArchitecture(host.architecture())
                .withMachineID(host.machineId())
                .withSystemUUID(host.machineId())
                .withBootID(host.bootId())
                .withContainerRuntimeVersion(runtimeVersion.orElse("containerd://unknown"))
                .withKubeletVersion(agentVersion)
                .withKubeProxyVersion(agentVersion)
                .endNodeInfo()
                .build();
    }

    private Optional<Boolean> strictGroups() {
        try {
            return runtime.givesStrictGroups();
        } catch (RuntimeRefusal e) {
            LOG.atWarn()
                    .addKeyValue("cause", e.getMessage())
                    .log("the runtime does not say what it can");
            return Optional.empty();
        }
    }

    private Optional<String> runtimeVersion() {
        try {
            return Optional.of(runtime.version());
        } catch (RuntimeRefusal e) {
            LOG.atWarn().addKeyValue("cause", e.getMessage()).log("the runtime does not answer");
            return Optional.empty();
        }
    }

    private List<NodeCondition> conditions(Node node, Optional<String> runtimeVersion) {
        Set<Signal.Condition> holding = pressure.get();
        List<NodeCondition> all = new ArrayList<>();
        for (Signal.Condition each : Signal.Condition.values()) {
            boolean holds = holding.contains(each);
            all.add(condition(node, each.type(), holds, each.reason(holds), each.message(holds)));
        }
        boolean ready = runtimeVersion.isPresent();
        all.add(
                condition(
                        node,
                        "Ready",
                        ready,
                        ready ? "KubeletReady" : "KubeletNotReady",
                        ready
                                ? "the node agent reports and the container runtime answers"
                                : "the container runtime does not answer"));
        return all;
    }

    private NodeCondition condition(
            Node node, String type, boolean holds, String reason, String message) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        String status = holds ? "True" : "False";
        List<NodeCondition> old =
                node.getStatus() == null || node.getStatus().getConditions() == null
                        ? List.of()
                        : node.getStatus().getConditions();
        String since =
                old.stream()
                        .filter(c -> type.equals(c.getType()) && status.equals(c.getStatus()))
                        .map(NodeCondition::getLastTransitionTime)
                        .findFirst()
                        .orElse(now.toString());
        return new NodeConditionBuilder()
                .withType(type)
                .withStatus(status)
                .withReason(reason)
                .withMessage(message)
                .withLastHeartbeatTime(now.toString())
                .withLastTransitionTime(since)
                .build();
    }
}
