package dev.glovebox.apiserver.kinds;

import java.util.List;

/// What makes pods.
final class WorkloadKinds {
    static final List<Declaration> ALL =
            List.of(
                    Declaration.core(
                            "podtemplates", "PodTemplate", WorkloadStrategies.POD_TEMPLATE),
                    Declaration.core(
                            "replicationcontrollers",
                            "ReplicationController",
                            WorkloadStrategies.REPLICATION_CONTROLLER),
                    Declaration.of(
                            "apps",
                            "controllerrevisions",
                            "io.k8s.api.apps.v1.ControllerRevision",
                            WorkloadStrategies.REVISION),
                    Declaration.of(
                            "apps",
                            "daemonsets",
                            "io.k8s.api.apps.v1.DaemonSet",
                            WorkloadStrategies.DAEMON_SET),
                    Declaration.of(
                            "apps",
                            "deployments",
                            "io.k8s.api.apps.v1.Deployment",
                            WorkloadStrategies.DEPLOYMENT),
                    Declaration.of(
                            "apps",
                            "replicasets",
                            "io.k8s.api.apps.v1.ReplicaSet",
                            WorkloadStrategies.REPLICA_SET),
                    Declaration.of(
                            "apps",
                            "statefulsets",
                            "io.k8s.api.apps.v1.StatefulSet",
                            WorkloadStrategies.STATEFUL_SET),
                    Declaration.of(
                            "batch",
                            "cronjobs",
                            "io.k8s.api.batch.v1.CronJob",
                            WorkloadStrategies.CRON_JOB),
                    Declaration.of("batch", "jobs", "io.k8s.api.batch.v1.Job", new JobStrategy()));

    private WorkloadKinds() {}
}
