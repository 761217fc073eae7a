package dev.glovebox.engine;

import dev.glovebox.apiserver.Bootstrap;
import dev.glovebox.apiserver.auth.User;
import dev.glovebox.apiserver.http.ApiHttpServer;
import dev.glovebox.apiserver.http.HealthCheck;
import dev.glovebox.apiserver.http.NodeDialer;
import dev.glovebox.apiserver.http.NodeEndpoint;
import dev.glovebox.cluster.Backoff;
import dev.glovebox.cluster.Cluster;
import dev.glovebox.containerd.ContainerdClient;
import dev.glovebox.control.ControlServer;
import dev.glovebox.control.EnginePaths;
import dev.glovebox.network.FirewallRules;
import dev.glovebox.network.Forwarding;
import dev.glovebox.network.Nft;
import dev.glovebox.network.PodFirewall;
import dev.glovebox.node.NodeAgent;
import dev.glovebox.node.NodeSettings;
import dev.glovebox.node.TrustGate;
import dev.glovebox.node.policies.NetworkPolicies;
import dev.glovebox.node.server.NodeServer;
import dev.glovebox.runtimes.SandboxInspector;
import dev.glovebox.runtimes.host.Cgroups;
import dev.glovebox.runtimes.host.HostProcesses;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The local engine: a control plane, and where it is wanted a node over a private containerd, in
/// one process. Read from top to bottom it is what the engine is made of; it closes in reverse, and
/// leaves containerd and the pods running.
final class Engine implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

    private final EnginePaths paths;
    private final Places places;
    private final EngineSettings settings;
    private final Clock clock;
    private final Closing parts = new Closing();
    private final AtomicReference<Stage> stage =
            new AtomicReference<>(new Stage.Starting("starting"));
    private final CountDownLatch stopping = new CountDownLatch(1);

    Engine(EnginePaths paths, EngineSettings settings, Clock clock) {
        this.paths = paths;
        this.places = new Places(paths);
        this.settings = settings;
        this.clock = clock;
    }

    /// Starts everything, and returns when pods may run.
    void start() throws IOException, InterruptedException {
        makeDirectories();
        parts.add(
                ControlServer.listen(
                        paths.controlSocket(),
                        new Requests(paths, stage, this::stop),
                        Engine::requestFailed));

        doing("opening the store");
        ControlPlane plane = parts.add(ControlPlane.open(places, settings, ownNode(), clock));

        doing("starting the API");
        plane.start(paths.kubeconfig(), new HealthCheck("engine", this::unreadiness));
        Cluster administrator = plane.as("kubernetes-admin", User.MASTERS);
        Stage running =
                new Stage.Running(
                        plane.url(),
                        administrator,
                        plane.joining(),
                        plane.backups(),
                        settings.extent() == Extent.WHOLE
                                ? Optional.of(startNode(plane, administrator))
                                : Optional.empty());

        stage.set(running);
        LOG.atInfo()
                .addKeyValue("version", Version.text())
                .addKeyValue("api", plane.url())
                .addKeyValue("data", paths.data())
                .log("the engine runs");
    }

    /// Starts what runs pods: containerd, the firewall before the first packet, the agent.
    private Parts startNode(ControlPlane plane, Cluster administrator)
            throws IOException, InterruptedException {
        NodeClaim.take(paths, settings.nodeName());

        doing("starting containerd");
        Forwarding forwarding = new Forwarding(places.forwarding());
        NodeRuntime runtime = NodeRuntime.start(places, settings, this::doing);
        ContainerdClient containerd = parts.add(runtime.client());
        parts.add(ContainerdSupervisor.start(runtime.process(), containerd::reconnect));

        doing("starting the node");
        NetworkPolicies policies =
                parts.add(NetworkPolicies.start(plane.as(Bootstrap.NETWORK), Backoff.DEFAULT));
        PodFirewall firewall =
                new PodFirewall(
                        new FirewallRules(paths.network(), settings.pods()),
                        Nft.ofMachine(),
                        places.firewall(),
                        policies);
        firewall.start();
        policies.follow(firewall::refresh);
        forwarding.enable();
        NodeRoles.declare(administrator, settings.nodeName());
        Cluster node = plane.as("system:node:" + settings.nodeName(), "system:nodes");
        NodeSettings nodeSettings =
                NodeSettings.of(
                        settings.nodeName(), HostAddress.find(), places.node(), paths.run());
        NodeAgent agent =
                parts.add(
                        new NodeAgent(
                                nodeSettings,
                                node,
                                containerd.cri(),
                                containerd::subscribe,
                                firewall,
                                new TrustGate(node, runtime.handlers(), settings.defaultTrust()),
                                clock,
                                ApiHttpServer.VERSION));
        agent.start();
        parts.add(new NodeServer(paths.nodeSocket(), agent.streams(), agent::summary, clock));

        doing("testing the runtimes");
        runtime.prove(clock);
        return new Parts(
                settings.nodeName(),
                plane.url(),
                administrator,
                containerd.cri(),
                runtime.images(),
                agent.streams(),
                new SandboxInspector(
                        containerd.cri(),
                        new HostProcesses(Path.of("/proc")),
                        new Cgroups(Path.of("/sys/fs/cgroup"))),
                runtime.handlers(),
                runtime.busybox());
    }

    /// Has [#awaitStop] return.
    void stop() {
        stopping.countDown();
    }

    /// Waits until somebody wants the engine to stop.
    void awaitStop() throws InterruptedException {
        stopping.await();
    }

    @Override
    public void close() {
        stage.set(new Stage.Stopping());
        parts.close();
    }

    /// Sockets lie in the run directory that everybody may try to open; each of them says who may.
    /// Pods' volumes and logs are root's alone, whatever modes the files in them have, and so are
    /// the keys of nodes.
    private void makeDirectories() throws IOException {
        makeDirectory(paths.runs(), "rwx--x--x");
        makeDirectory(paths.run(), "rwx--x--x");
        for (Path each : places.ofPods()) {
            makeDirectory(each, "rwx------");
        }
        makeDirectory(places.joining(), "rwx------");
    }

    /// With that very mode, also where the process's umask would take something away.
    private static void makeDirectory(Path directory, String mode) throws IOException {
        Files.createDirectories(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(mode));
    }

    private NodeDialer ownNode() {
        return name ->
                settings.extent() == Extent.WHOLE && name.equals(settings.nodeName())
                        ? Optional.of(
                                new NodeEndpoint.Local(
                                        UnixDomainSocketAddress.of(paths.nodeSocket())))
                        : Optional.empty();
    }

    private Optional<String> unreadiness() {
        return switch (stage.get()) {
            case Stage.Starting(String doing) -> Optional.of("still " + doing);
            case Stage.Stopping() -> Optional.of("stopping");
            case Stage.Running _ -> Optional.empty();
        };
    }

    /// @throws EngineException where somebody wants it to stop by now
    private void doing(String what) {
        if (stopping.getCount() == 0) {
            throw new EngineException(
                    "the engine was told to stop while it was starting, before " + what);
        }
        stage.set(new Stage.Starting(what));
        LOG.atInfo().addKeyValue("what", what).log("starting");
    }

    private static void requestFailed(Throwable failure) {
        LOG.atError().setCause(failure).log("a request of the command line failed");
    }
}
