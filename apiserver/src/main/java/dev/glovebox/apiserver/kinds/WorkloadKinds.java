package dev.glovebox.apiserver.kinds;

import java.util.List;

/// What makes pods.
final class WorkloadKinds {
    static final List<Declaration> ALL =
            List.of(
                    Declaration.core("podtemplates", "PodTemplate", Strategy.PLAIN),
                    Declaration.core(
                            "replicationcontrollers", "ReplicationController", Strategy.PLAIN),
                    Declaration.plain(
                            "apps", "controllerrevisions", "io.k8s.api.apps.v1.ControllerRevision"),
                    Declaration.plain("apps", "daemonsets", "io.k8s.api.apps.v1.DaemonSet"),
                    Declaration.plain("apps", "deployments", "io.k8s.api.apps.v1.Deployment"),
                    Declaration.plain("apps", "replicasets", "io.k8s.api.apps.v1.ReplicaSet"),
                    Declaration.plain("apps", "statefulsets", "io.k8s.api.apps.v1.StatefulSet"),
                    Declaration.plain("batch", "cronjobs", "io.k8s.api.batch.v1.CronJob"),
                    Declaration.plain("batch", "jobs", "io.k8s.api.batch.v1.Job"));

    private WorkloadKinds() {}
}
