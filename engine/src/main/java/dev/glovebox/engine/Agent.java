package dev.glovebox.engine;

import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Resource;
import dev.glovebox.cluster.http.RemoteCluster;
import dev.glovebox.control.ControlServer;
import dev.glovebox.control.EnginePaths;
import dev.glovebox.node.users.UserRanges;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The agent of a node, alone: it runs the pods that an API of somebody else gives to the node, and
/// serves the kubelet's API to it. It closes in reverse, and leaves containerd and the pods
/// running.
final class Agent implements Foreground.Service {
    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

    private final EnginePaths paths;
    private final Places places;
    private final EngineSettings settings;
    private final AgentSettings own;
    private final Clock clock;
    private final Closing parts = new Closing();
    private final Lifetime lifetime = new Lifetime("agent");

    /// @param settings of which the node's name, its pods' addresses and the trust count
    Agent(EnginePaths paths, EngineSettings settings, AgentSettings own, Clock clock) {
        this.paths = paths;
        this.places = new Places(paths);
        this.settings = settings;
        this.own = own;
        this.clock = clock;
    }

    /// Starts everything, and returns when pods may run.
    ///
    /// @throws dev.glovebox.model.ApiException when the API cannot be reached or refuses
    @Override
    public void start() throws IOException, InterruptedException {
        LocalNode.makeDirectory(paths.runs(), "rwx--x--x");
        LocalNode.makeDirectory(paths.run(), "rwx--x--x");
        parts.add(
                ControlServer.listen(
                        paths.controlSocket(),
                        new Requests(paths, 1, lifetime),
                        Engine::requestFailed));

        lifetime.doing("asking the API server");
        RemoteCluster api = parts.add(RemoteCluster.of(own.api()));
        // Whether it can be reached, and knows who asks, is better known before anything starts.
        var _ = api.get(Resource.NODES, ObjectKey.of(settings.nodeName()));
        LocalNode.Started node =
                parts.add(
                        LocalNode.start(
                                new LocalNode.Settings(
                                        settings.nodeName(),
                                        HostAddress.beside(
                                                own.listen().getAddress(), settings.pods()),
                                        settings.pods(),
                                        settings.pods(),
                                        settings.nodes().cni(),
                                        settings.defaultTrust(),
                                        own.dns(),
                                        Optional.of(
                                                new LocalNode.Serving(own.listen(), own.tls()))),
                                new LocalNode.Shared(
                                        MachineRuntimes.find(places, lifetime::doing),
                                        Optional.empty(),
                                        new UserRanges()),
                                NodePlaces.first(places),
                                new LocalNode.Api(api, api),
                                clock,
                                lifetime::doing));
        URI server = own.api().server();
        lifetime.running(new Stage.Running(server, api, Optional.empty(), List.of(node.parts())));
        LOG.atInfo()
                .addKeyValue("version", Version.text())
                .addKeyValue("node", settings.nodeName())
                .addKeyValue("api", server)
                .addKeyValue("data", paths.data())
                .log("the agent runs");
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
}
