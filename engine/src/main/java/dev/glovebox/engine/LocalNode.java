package dev.glovebox.engine;

import dev.glovebox.apiserver.http.ApiHttpServer;
import dev.glovebox.cluster.Backoff;
import dev.glovebox.cluster.Cluster;
import dev.glovebox.containerd.ContainerdClient;
import dev.glovebox.http.HttpSettings;
import dev.glovebox.http.ServerTls;
import dev.glovebox.model.Names;
import dev.glovebox.network.FirewallRules;
import dev.glovebox.network.Forwarding;
import dev.glovebox.network.Nft;
import dev.glovebox.network.PodFirewall;
import dev.glovebox.network.Ranges;
import dev.glovebox.node.NodeAgent;
import dev.glovebox.node.NodeNetwork;
import dev.glovebox.node.NodeSettings;
import dev.glovebox.node.TrustGate;
import dev.glovebox.node.forward.Loopbacks;
import dev.glovebox.node.policies.NetworkPolicies;
import dev.glovebox.node.server.NodeServer;
import dev.glovebox.node.server.ReviewedAccess;
import dev.glovebox.node.spec.ClusterDns;
import dev.glovebox.node.users.UserRanges;
import dev.glovebox.policy.TrustLevel;
import dev.glovebox.runtimes.SandboxInspector;
import dev.glovebox.runtimes.host.Cgroups;
import dev.glovebox.runtimes.host.HostProcesses;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// One node of this machine: a private containerd, the firewall before the first packet, the agent
/// and the socket on which it serves the kubelet's API. It knows the API as a client alone, whoever
/// serves it. It closes in reverse, and leaves containerd and the pods running.
final class LocalNode implements AutoCloseable {
    private final Settings settings;
    private final Shared shared;
    private final NodePlaces places;
    private final Clock clock;
    private final Closing parts = new Closing();

    /// What a node is told.
    ///
    /// @param name of the Node object
    /// @param addresses the host's that the node shows
    /// @param pods the ranges of its pods' addresses
    /// @param cluster the ranges of all nodes' pods, which reach each other as they are
    /// @param cni the network that a user named for them; empty for our own
    /// @param defaultTrust of namespaces that do not say
    /// @param dns the cluster's name server, where that is not the engine's own
    /// @param serving how it serves the kubelet's API to others than this process; empty for not
    record Settings(
            String name,
            List<String> addresses,
            Ranges pods,
            Ranges cluster,
            Optional<CniSettings> cni,
            TrustLevel defaultTrust,
            Optional<ClusterDns> dns,
            Optional<Serving> serving) {}

    /// How a node serves the kubelet's API.
    ///
    /// @param listen address and port
    record Serving(InetSocketAddress listen, ServerTls tls) {}

    /// The API as the identities of a node see it.
    ///
    /// @param agent as `system:node:NAME` of the group `system:nodes`
    /// @param policies as one who may watch NetworkPolicies, namespaces and all pods
    record Api(Cluster agent, Cluster policies) {}

    /// What a node shares with the others of its engine.
    ///
    /// @param runtimes what it runs containers with
    /// @param inside what pods reach of the engine; empty where the cluster is somebody else's, who
    ///   leads Services to their pods and answers for names
    /// @param users which pods have which users of their own
    record Shared(MachineRuntimes runtimes, Optional<Inside> inside, UserRanges users) {
        /// The same for a node that has other runtimes.
        Shared with(MachineRuntimes others) {
            return new Shared(others, inside, users);
        }
    }

    /// What pods reach of their engine.
    ///
    /// @param network Services, DNS and the address of both
    /// @param apiPort port at that address where the API listens for pods
    record Inside(MachineNetwork network, int apiPort) {}

    private LocalNode(Settings settings, Shared shared, NodePlaces places, Clock clock) {
        this.shared = shared;
        this.settings = settings;
        this.places = places;
        this.clock = clock;
    }

    /// Claims the node's name on this machine and starts everything of it.
    ///
    /// @param progress hears what is being done; what it throws ends the start
    static Started start(
            Settings settings,
            Shared shared,
            NodePlaces places,
            Api api,
            Clock clock,
            Consumer<String> progress)
            throws IOException, InterruptedException {
        LocalNode node = new LocalNode(settings, shared, places, clock);
        try {
            return new Started(node, node.start(api, progress));
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            node.close();
            throw e;
        }
    }

    /// A node that runs pods.
    ///
    /// @param parts what requests are carried out with
    record Started(LocalNode node, Parts parts) implements AutoCloseable {
        @Override
        public void close() {
            node.close();
        }
    }

    private Parts start(Api api, Consumer<String> progress)
            throws IOException, InterruptedException {
        NodeClaim.take(places.engine().paths(), settings.name());
        makeDirectories();

        progress.accept("starting containerd");
        NodeRuntime runtime =
                NodeRuntime.start(
                        shared.runtimes(),
                        places,
                        settings.name(),
                        settings.pods(),
                        settings.cni(),
                        progress);
        ContainerdClient containerd = parts.add(runtime.client());
        parts.add(ContainerdSupervisor.start(runtime.process(), containerd::reconnect));

        progress.accept("starting the node");
        PodFirewall firewall = firewall(api.policies());
        NodeAgent agent = startAgent(api, runtime, firewall);
        serve(agent, runtime.loopbacks(places), api.agent());

        progress.accept("testing the runtimes");
        runtime.prove(clock);
        agent.runtimes(
                runtime.handlers().ready().stream()
                        .map(Names::runtime)
                        .collect(Collectors.toSet()));
        return new Parts(
                settings.name(),
                containerd.cri(),
                runtime.images(),
                agent.streams(),
                new SandboxInspector(
                        containerd.cri(),
                        new HostProcesses(Path.of("/proc")),
                        Cgroups.ofThisMachine()),
                runtime.handlers(),
                runtime.busybox(),
                runtime.sandboxes(),
                firewall::unbound);
    }

    private void serve(NodeAgent agent, Loopbacks loopbacks, Cluster api) {
        parts.add(
                new NodeServer(
                        places.nodeSocket(), agent.streams(), agent.figures(), loopbacks, clock));
        settings.serving()
                .ifPresent(serving ->
                        parts.add(
                                new NodeServer(
                                        new HttpSettings(
                                                serving.listen(),
                                                Optional.of(serving.tls()),
                                                HttpSettings.Limits.DEFAULT),
                                        new ReviewedAccess(api, settings.name()),
                                        agent.streams(),
                                        agent.figures(),
                                        loopbacks,
                                        clock)));
    }

    /// The packet filter, in place before a packet is routed.
    private PodFirewall firewall(Cluster api) {
        NetworkPolicies policies =
                parts.add(
                        NetworkPolicies.start(
                                api,
                                new NetworkPolicies.Settings(
                                        settings.defaultTrust(),
                                        shared.inside().map(each -> each.network().dnsPod())),
                                Backoff.DEFAULT));
        PodFirewall firewall =
                new PodFirewall(
                        new FirewallRules(
                                places.network(),
                                settings.cluster(),
                                shared.inside().stream().mapToInt(Inside::apiPort).findFirst()),
                        Nft.ofMachine(),
                        places.firewall(),
                        policies);
        firewall.start();
        shared.inside().ifPresent(each -> each.network().join(firewall));
        policies.follow(firewall::refresh);
        new Forwarding(places.engine().forwarding()).enable(settings.cluster());
        return firewall;
    }

    private NodeSettings agentSettings(NodeRuntime runtime) {
        return new NodeSettings(
                settings.name(),
                settings.addresses(),
                places.data(),
                places.run(),
                NodeSettings.Pids.usual(TaskHeadroom.of(runtime.handlers()), runtime.whole()),
                NodeSettings.Logs.DEFAULT,
                shared.inside().flatMap(each -> each.network().dns()).or(settings::dns),
                KubeletFile.read(places.engine().kubelet()),
                settings.serving().map(each -> each.listen().getPort()).orElse(0));
    }

    private NodeAgent startAgent(Api api, NodeRuntime runtime, PodFirewall firewall) {
        NodeAgent agent =
                parts.add(
                        new NodeAgent(
                                agentSettings(runtime),
                                api.agent(),
                                runtime.client()::cri,
                                runtime.client()::subscribe,
                                new NodeNetwork(
                                        firewall,
                                        places.sandboxNetworks(),
                                        settings.cni().isPresent()
                                                ? NodeNetwork.Binding.WHERE_SEEN
                                                : NodeNetwork.Binding.EVERY_POD),
                                new TrustGate(
                                        api.agent(), runtime.handlers(), settings.defaultTrust()),
                                shared.users(),
                                clock,
                                ApiHttpServer.VERSION));
        agent.start();
        return agent;
    }

    /// Sockets lie in the run directory that everybody may try to open; each of them says who may.
    /// Pods' volumes and logs are root's alone, whatever modes the files in them have.
    private void makeDirectories() throws IOException {
        makeDirectory(places.run(), "rwx--x--x");
        for (Path each : places.ofPods()) {
            makeDirectory(each, "rwx------");
        }
    }

    /// With that very mode, also where the process's umask would take something away.
    static void makeDirectory(Path directory, String mode) throws IOException {
        Files.createDirectories(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(mode));
    }

    @Override
    public void close() {
        parts.close();
    }
}
