package dev.glovebox.engine;

import dev.glovebox.apiserver.Bootstrap;
import dev.glovebox.apiserver.auth.User;
import dev.glovebox.apiserver.http.HealthCheck;
import dev.glovebox.apiserver.http.NodeDialer;
import dev.glovebox.apiserver.http.NodeEndpoint;
import dev.glovebox.cluster.Cluster;
import dev.glovebox.control.ControlServer;
import dev.glovebox.control.EnginePaths;
import dev.glovebox.model.Names;
import dev.glovebox.node.users.UserRanges;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The local engine: a control plane, and where they are wanted nodes, each over a private
/// containerd, in one process. Read from top to bottom it is what the engine is made of; it closes
/// in reverse, and leaves containerd and the pods running.
final class Engine implements Foreground.Service {
    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

    private final EnginePaths paths;
    private final Places places;
    private final EngineSettings settings;
    private final Clock clock;
    private final Closing parts = new Closing();
    private final Lifetime lifetime = new Lifetime("engine");

    Engine(EnginePaths paths, EngineSettings settings, Clock clock) {
        this.paths = paths;
        this.places = new Places(paths);
        this.settings = settings;
        this.clock = clock;
    }

    /// Starts everything, and returns when pods may run.
    @Override
    public void start() throws IOException, InterruptedException {
        makeDirectories();
        parts.add(
                ControlServer.listen(
                        paths.controlSocket(),
                        new Requests(paths, settings.ownNodes().size(), lifetime),
                        Engine::requestFailed));

        lifetime.doing("opening the store");
        ControlPlane plane = parts.add(ControlPlane.open(places, settings, ownNodes(), clock));

        lifetime.doing("starting the API");
        plane.start(paths.kubeconfig(), new HealthCheck("engine", this::unreadiness));
        Cluster administrator = plane.as("kubernetes-admin", User.MASTERS);
        LeftChecks.remove(administrator);
        Stage.Running running =
                new Stage.Running(
                        plane.url(),
                        administrator,
                        Optional.of(new Stage.Authority(plane.joining(), plane.backups())),
                        startNodes(plane, administrator));

        lifetime.running(running);
        LOG.atInfo()
                .addKeyValue("version", Version.text())
                .addKeyValue("api", plane.url())
                .addKeyValue("data", paths.data())
                .log("the engine runs");
    }

    /// Starts what runs pods, one node after another.
    private List<Parts> startNodes(ControlPlane plane, Cluster administrator)
            throws IOException, InterruptedException {
        List<OwnNode> own = settings.ownNodes();
        if (own.isEmpty()) {
            return List.of();
        }
        MachineRuntimes machine = MachineRuntimes.find(places, lifetime::doing);
        lifetime.doing("starting services and DNS");
        MachineNetwork network = parts.add(new MachineNetwork(paths, settings.pods()));
        network.start(administrator, plane.as(Bootstrap.NETWORK));
        plane.listenForPods();
        LocalNode.Shared shared =
                new LocalNode.Shared(
                        machine,
                        Optional.of(new LocalNode.Inside(network, plane.url().getPort())),
                        new UserRanges());
        List<Parts> started = new ArrayList<>();
        for (OwnNode node : own) {
            MachineRuntimes its =
                    node.handlers()
                            .map(wanted -> machine.only(wanted, node.name()))
                            .orElse(machine)
                            .with(settings.nodes().handlerNames());
            roles(node).declare(administrator, node);
            started.add(startNode(plane, shared.with(its), node));
        }
        makeClasses(administrator, started);
        return List.copyOf(started);
    }

    /// For every runtime that was seen to work; untrusted pods get gVisor's without asking.
    private void makeClasses(Cluster administrator, List<Parts> nodes) {
        OwnClasses classes = new OwnClasses(administrator);
        Map<String, Parts> ready = new LinkedHashMap<>();
        nodes.forEach(
                node -> node.handlers().ready().forEach(each -> ready.putIfAbsent(each, node)));
        ready.forEach((name, node) ->
                classes.make(name, node.handlers().handler(name).flatMap(PublishedOverheads::of)));
        if (!ready.containsKey(Names.GVISOR_HANDLER)) {
            classes.make(Names.GVISOR_HANDLER, Optional.empty());
        }
        parts.add(
                FirstMeasurements.start(
                        Measurement.in(places, Measurement.SANDBOXES),
                        new ClassOverheads(administrator),
                        ready,
                        settings.nodes().measureAfter()));
    }

    private NodeRoles roles(OwnNode node) {
        return node.name().equals(settings.nodeName())
                ? NodeRoles.controlPlane()
                : NodeRoles.none();
    }

    private Parts startNode(ControlPlane plane, LocalNode.Shared shared, OwnNode node)
            throws IOException, InterruptedException {
        String of = settings.nodes().count() == 1 ? "" : " (" + node.name() + ")";
        return parts.add(
                        LocalNode.start(
                                new LocalNode.Settings(
                                        node.name(),
                                        HostAddress.all(
                                                settings.pods(),
                                                MachineNetwork.doorOf(settings.pods()).address()),
                                        node.pods(),
                                        settings.pods(),
                                        settings.nodes().cni(),
                                        settings.defaultTrust(),
                                        Optional.empty(),
                                        Optional.empty()),
                                shared,
                                placesOf(node.name()),
                                new LocalNode.Api(
                                        plane.as("system:node:" + node.name(), "system:nodes"),
                                        plane.as(Bootstrap.NETWORK)),
                                clock,
                                what -> lifetime.doing(what + of)))
                .parts();
    }

    private NodePlaces placesOf(String node) {
        return NodePlaces.of(places, settings.nodeName(), node);
    }

    @Override
    public Lifetime lifetime() {
        return lifetime;
    }

    @Override
    public void close() {
        lifetime.closing();
        parts.close();
    }

    /// Sockets lie in the run directory that everybody may try to open; each of them says who may.
    /// The keys of nodes are root's alone.
    private void makeDirectories() throws IOException {
        LocalNode.makeDirectory(paths.runs(), "rwx--x--x");
        LocalNode.makeDirectory(paths.run(), "rwx--x--x");
        LocalNode.makeDirectory(places.joining(), "rwx------");
    }

    private NodeDialer ownNodes() {
        Set<String> own =
                settings.ownNodes().stream().map(OwnNode::name).collect(Collectors.toSet());
        return name ->
                own.contains(name)
                        ? Optional.of(
                                new NodeEndpoint.Local(
                                        UnixDomainSocketAddress.of(placesOf(name).nodeSocket())))
                        : Optional.empty();
    }

    private Optional<String> unreadiness() {
        return switch (lifetime.stage()) {
            case Stage.Starting(String doing) -> Optional.of("still " + doing);
            case Stage.Stopping() -> Optional.of("stopping");
            case Stage.Running _ -> Optional.empty();
        };
    }

    static void requestFailed(Throwable failure) {
        LOG.atError().setCause(failure).log("a request of the command line failed");
    }
}
