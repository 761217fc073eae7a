package dev.glovebox.engine;

import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Resource;
import dev.glovebox.cluster.http.RemoteCluster;
import dev.glovebox.control.ControlServer;
import dev.glovebox.control.EnginePaths;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The agent of a node, alone: it runs the pods that an API of somebody else gives to the node, and
/// serves the kubelet's API to it. It closes in reverse, and leaves containerd and the pods
/// running.
final class Agent implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

    private final EnginePaths paths;
    private final Places places;
    private final EngineSettings settings;
    private final AgentSettings own;
    private final Clock clock;
    private final Closing parts = new Closing();
    private final AtomicReference<Stage> stage =
            new AtomicReference<>(new Stage.Starting("starting"));
    private final CountDownLatch stopping = new CountDownLatch(1);

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
    void start() throws IOException, InterruptedException {
        LocalNode.makeDirectory(paths.runs(), "rwx--x--x");
        LocalNode.makeDirectory(paths.run(), "rwx--x--x");
        parts.add(
                ControlServer.listen(
                        paths.controlSocket(),
                        new Requests(paths, 1, stage, this::stop),
                        Engine::requestFailed));

        doing("asking the API server");
        RemoteCluster api = parts.add(RemoteCluster.of(own.api()));
        // Whether it can be reached, and knows who asks, is better known before anything starts.
        var _ = api.get(Resource.NODES, ObjectKey.of(settings.nodeName()));
        LocalNode.Started node =
                parts.add(
                        LocalNode.start(
                                new LocalNode.Settings(
                                        settings.nodeName(),
                                        own.listen().getAddress().getHostAddress(),
                                        settings.pods(),
                                        settings.pods(),
                                        settings.defaultTrust(),
                                        own.dns(),
                                        Optional.of(
                                                new LocalNode.Serving(own.listen(), own.tls()))),
                                new LocalNode.Shared(
                                        MachineRuntimes.find(places, this::doing),
                                        Optional.empty()),
                                NodePlaces.first(places),
                                new LocalNode.Api(api, api),
                                clock,
                                this::doing));
        URI server = URI.create(own.api().getMasterUrl());
        stage.set(new Stage.Running(server, api, Optional.empty(), List.of(node.parts())));
        LOG.atInfo()
                .addKeyValue("version", Version.text())
                .addKeyValue("node", settings.nodeName())
                .addKeyValue("api", server)
                .addKeyValue("data", paths.data())
                .log("the agent runs");
    }

    /// Has [#awaitStop] return.
    void stop() {
        stopping.countDown();
    }

    /// Waits until somebody wants the agent to stop.
    void awaitStop() throws InterruptedException {
        stopping.await();
    }

    @Override
    public void close() {
        stage.set(new Stage.Stopping());
        parts.close();
    }

    /// @throws EngineException where somebody wants it to stop by now
    private void doing(String what) {
        if (stopping.getCount() == 0) {
            throw new EngineException(
                    "the agent was told to stop while it was starting, before " + what);
        }
        stage.set(new Stage.Starting(what));
        LOG.atInfo().addKeyValue("what", what).log("starting");
    }
}
