package dev.glovebox.engine;

import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.Reflector;
import dev.glovebox.cluster.Resource;
import dev.glovebox.control.Refusal;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.Names;
import dev.glovebox.runtimes.limits.AtLimit;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Sees what becomes of a pod that goes over its limit of disk (`ephemeral-storage`) on a node. No
/// runtime binds that limit; the node measures and evicts, so pods of the API show it.
///
/// @param node has the handler
record DiskLimits(Cluster cluster, Parts node) {
    /// Most that the node may take to measure a pod and to end it.
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private static final Duration LOOK = Duration.ofMillis(500);
    private static final String LIMIT = "16Mi";
    private static final int WRITTEN_MIB = 64;
    private static final String VOLUME = "volume";

    /// Looks at the limit of a container, and of a pod, whose volumes count too.
    ///
    /// @param handler its RuntimeClass has the runtime's name
    /// @param progress hears which limit is looked at
    List<AtLimit> see(String handler, Consumer<String> progress) throws InterruptedException {
        List<AtLimit> seen = new ArrayList<>();
        for (AtLimit.Scope scope : AtLimit.Scope.values()) {
            progress.accept("disk of a %s under %s".formatted(scope.text(), handler));
            seen.add(see(handler, scope));
        }
        return seen;
    }

    private AtLimit see(String handler, AtLimit.Scope scope) throws InterruptedException {
        try {
            Namespace namespace = CheckPod.namespace(Measurement.sharesKernel(node, handler));
            RunNamespace.ensure(cluster, namespace);
            Pod pod = pod(namespace.getMetadata().getName(), handler, scope, node);
            return see(
                    handler,
                    scope,
                    new OnePod(cluster, List.of(node), cluster.create(Resource.PODS, pod)));
        } catch (Refusal | ApiException e) {
            return row(handler, scope, AtLimit.Effect.NOT_SEEN, Troubles.sentence(e));
        }
    }

    private static AtLimit see(String handler, AtLimit.Scope scope, OnePod one)
            throws InterruptedException {
        long started = System.nanoTime();
        try (Reflector<Pod> pods = one.reflector()) {
            long seen = 0;
            Optional<PodStatus> status = Optional.empty();
            while (System.nanoTime() - started < PATIENCE.toNanos()
                    && status.filter(DiskLimits::hasEnded).isEmpty()) {
                var image = pods.awaitAfter(seen, LOOK);
                seen = image.generation();
                status = image.get(one.key()).filter(one::isThis).map(Pod::getStatus);
            }
            return judge(handler, scope, status, Duration.ofNanos(System.nanoTime() - started));
        } finally {
            one.remove();
        }
    }

    private static boolean hasEnded(PodStatus status) {
        return "Failed".equals(status.getPhase()) || "Succeeded".equals(status.getPhase());
    }

    /// What a pod's last status says. Pure.
    ///
    /// @param status empty where the pod is gone
    /// @param after how long the pod had been there
    static AtLimit judge(
            String handler, AtLimit.Scope scope, Optional<PodStatus> status, Duration after) {
        String phase = status.map(PodStatus::getPhase).orElse("gone");
        if (status.filter(each -> "Evicted".equals(each.getReason())).isPresent()) {
            String why = status.map(PodStatus::getMessage).orElse("").strip();
            return row(
                    handler,
                    scope,
                    AtLimit.Effect.POD_KILLED,
                    "%s, and the node evicted it %d s after it was made: %s"
                            .formatted(
                                    written(scope),
                                    after.toSeconds(),
                                    why.replaceFirst("\\.$", "")));
        }
        if (phase.equals("Running")) {
            return row(
                    handler,
                    scope,
                    AtLimit.Effect.NOTHING,
                    "%s, and %d s after it was made it still ran"
                            .formatted(written(scope), after.toSeconds()));
        }
        return row(
                handler,
                scope,
                AtLimit.Effect.NOT_SEEN,
                "the pod was %s after %d s".formatted(phase, after.toSeconds()));
    }

    private static String written(AtLimit.Scope scope) {
        return "of %s it wrote %d MiB to its %s"
                .formatted(
                        LIMIT,
                        WRITTEN_MIB,
                        scope == AtLimit.Scope.POD ? "volume" : "root file system");
    }

    private static AtLimit row(
            String handler, AtLimit.Scope scope, AtLimit.Effect effect, String seen) {
        return new AtLimit(handler, AtLimit.Resource.EPHEMERAL_STORAGE, scope, effect, seen);
    }

    /// One that writes more than it may, and goes on. Pure.
    private static Pod pod(String namespace, String handler, AtLimit.Scope scope, Parts node) {
        String directory = scope == AtLimit.Scope.POD ? "/" + VOLUME : "";
        String write =
                "dd if=/dev/zero of=%s/written bs=1M count=%d && exec sleep 600"
                        .formatted(directory, WRITTEN_MIB);
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withGenerateName("limit-")
                .endMetadata()
                .withNewSpec()
                .withRuntimeClassName(Names.runtime(handler))
                .withNewAffinity()
                .withNewNodeAffinity()
                .withNewRequiredDuringSchedulingIgnoredDuringExecution()
                .addToNodeSelectorTerms(RunPod.only(node.nodeName()))
                .endRequiredDuringSchedulingIgnoredDuringExecution()
                .endNodeAffinity()
                .endAffinity()
                .withRestartPolicy("Never")
                .withActiveDeadlineSeconds(PATIENCE.multipliedBy(2).toSeconds())
                .withTerminationGracePeriodSeconds(1L)
                .withAutomountServiceAccountToken(false)
                .withEnableServiceLinks(false)
                .addNewVolume()
                .withName(VOLUME)
                .withNewEmptyDir()
                .endEmptyDir()
                .endVolume()
                .addNewContainer()
                .withName(RunPod.CONTAINER)
                .withImage(node.busybox())
                .withImagePullPolicy("IfNotPresent")
                .withCommand("sh", "-c", write)
                .withNewResources()
                .addToLimits(AtLimit.Resource.EPHEMERAL_STORAGE.text(), Quantity.parse(LIMIT))
                .endResources()
                .addNewVolumeMount()
                .withName(VOLUME)
                .withMountPath("/" + VOLUME)
                .endVolumeMount()
                .endContainer()
                .addToContainers(standingBy(scope, node))
                .endSpec()
                .build();
    }

    /// Has room enough for both, so that what is over a container's limit is within the pod's.
    private static Container[] standingBy(AtLimit.Scope scope, Parts node) {
        return scope == AtLimit.Scope.POD
                ? new Container[0]
                : new Container[] {
                    new ContainerBuilder()
                            .withName("standing-by")
                            .withImage(node.busybox())
                            .withImagePullPolicy("IfNotPresent")
                            .withCommand("sleep", "600")
                            .withNewResources()
                            .addToLimits(
                                    AtLimit.Resource.EPHEMERAL_STORAGE.text(),
                                    Quantity.parse("1Gi"))
                            .endResources()
                            .build()
                };
    }
}
