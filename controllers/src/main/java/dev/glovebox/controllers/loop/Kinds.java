package dev.glovebox.controllers.loop;

import dev.glovebox.cluster.Resource;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;

/// What controllers look at and write, beyond pods and nodes.
public final class Kinds {
    /// apps/v1 Deployment.
    public static final Resource<Deployment> DEPLOYMENTS =
            new Resource<>("apps", "v1", "deployments", true, Deployment.class);

    /// apps/v1 ReplicaSet.
    public static final Resource<ReplicaSet> REPLICA_SETS =
            new Resource<>("apps", "v1", "replicasets", true, ReplicaSet.class);

    /// batch/v1 Job.
    public static final Resource<Job> JOBS = new Resource<>("batch", "v1", "jobs", true, Job.class);

    /// batch/v1 CronJob.
    public static final Resource<CronJob> CRON_JOBS =
            new Resource<>("batch", "v1", "cronjobs", true, CronJob.class);

    /// core/v1 Service.
    public static final Resource<Service> SERVICES =
            new Resource<>("", "v1", "services", true, Service.class);

    /// core/v1 Endpoints.
    public static final Resource<Endpoints> ENDPOINTS =
            new Resource<>("", "v1", "endpoints", true, Endpoints.class);

    /// discovery.k8s.io/v1 EndpointSlice.
    public static final Resource<EndpointSlice> ENDPOINT_SLICES =
            new Resource<>("discovery.k8s.io", "v1", "endpointslices", true, EndpointSlice.class);

    /// core/v1 PersistentVolume.
    public static final Resource<PersistentVolume> PERSISTENT_VOLUMES =
            new Resource<>("", "v1", "persistentvolumes", false, PersistentVolume.class);

    /// core/v1 PersistentVolumeClaim.
    public static final Resource<PersistentVolumeClaim> PERSISTENT_VOLUME_CLAIMS =
            new Resource<>("", "v1", "persistentvolumeclaims", true, PersistentVolumeClaim.class);

    private Kinds() {}
}
