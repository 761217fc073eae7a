package dev.glovebox.engine;

import dev.glovebox.cluster.Backoff;
import dev.glovebox.cluster.Cluster;
import dev.glovebox.controllers.cronjobs.CronJobController;
import dev.glovebox.controllers.deployments.DeploymentController;
import dev.glovebox.controllers.endpoints.ApiService;
import dev.glovebox.controllers.endpoints.ApiServiceController;
import dev.glovebox.controllers.endpoints.EndpointSliceController;
import dev.glovebox.controllers.endpoints.EndpointsController;
import dev.glovebox.controllers.jobs.FinishedJobController;
import dev.glovebox.controllers.jobs.JobController;
import dev.glovebox.controllers.loop.Informers;
import dev.glovebox.controllers.loop.LoopSettings;
import dev.glovebox.controllers.nodes.NodeController;
import dev.glovebox.controllers.nodes.PodGarbageController;
import dev.glovebox.controllers.replicas.ReplicaController;
import dev.glovebox.controllers.volumes.ClaimProtectionController;
import dev.glovebox.controllers.volumes.VolumeProtectionController;
import java.time.Clock;
import java.util.function.Function;

/// The controllers of what runs pods. They share what they read, under one identity, and each
/// writes under its own.
final class ControlLoops implements AutoCloseable {
    private final Closing parts = new Closing();
    private final Informers informers;
    private final Function<String, Cluster> identities;
    private final Clock clock;

    private ControlLoops(Cluster reader, Function<String, Cluster> identities, Clock clock) {
        this.informers = parts.add(new Informers(reader, Backoff.DEFAULT));
        this.identities = identities;
        this.clock = clock;
    }

    /// Starts them all.
    ///
    /// @param reader the API as an identity sees it that may list and watch everything
    /// @param identities the API as a controller of that name sees it
    static ControlLoops start(Cluster reader, Function<String, Cluster> identities, Clock clock) {
        ControlLoops loops = new ControlLoops(reader, identities, clock);
        loops.add("replicaset-controller", ReplicaController::ofReplicaSets);
        loops.add("replication-controller", ReplicaController::ofReplicationControllers);
        loops.add("deployment-controller", DeploymentController::start);
        loops.add("job-controller", JobController::start);
        loops.add("ttl-after-finished-controller", FinishedJobController::start);
        loops.add("cronjob-controller", CronJobController::start);
        loops.add("endpointslice-controller", EndpointSliceController::start);
        loops.add("endpoint-controller", EndpointsController::start);
        loops.add("node-controller", NodeController::start);
        loops.add("pod-garbage-collector", PodGarbageController::start);
        loops.add("pvc-protection-controller", ClaimProtectionController::start);
        loops.add("pv-protection-controller", VolumeProtectionController::start);
        return loops;
    }

    /// Says in the API where it listens, from now on.
    ///
    /// @param writer the API as itself
    ControlLoops announce(Cluster writer, ApiService service) {
        parts.add(
                ApiServiceController.start(
                        new LoopSettings(writer, informers, clock, Backoff.DEFAULT), service));
        return this;
    }

    private void add(String name, Function<LoopSettings, ? extends AutoCloseable> controller) {
        parts.add(
                controller.apply(
                        new LoopSettings(
                                identities.apply(name), informers, clock, Backoff.DEFAULT)));
    }

    @Override
    public void close() {
        parts.close();
    }
}
