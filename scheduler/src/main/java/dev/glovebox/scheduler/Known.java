package dev.glovebox.scheduler;

import dev.glovebox.cluster.Backoff;
import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.Reflector;
import dev.glovebox.cluster.Resource;
import dev.glovebox.cluster.Scope;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.ReplicationController;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What the API says about the [Surroundings] of decisions.
final class Known implements AutoCloseable {
    static final Resource<PersistentVolumeClaim> CLAIMS =
            new Resource<>("", "v1", "persistentvolumeclaims", true, PersistentVolumeClaim.class);
    static final Resource<PersistentVolume> VOLUMES =
            new Resource<>("", "v1", "persistentvolumes", false, PersistentVolume.class);
    static final Resource<StorageClass> CLASSES =
            new Resource<>("storage.k8s.io", "v1", "storageclasses", false, StorageClass.class);

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Reflector<Namespace> namespaces;
    private final Reflector<Service> services;
    private final Reflector<ReplicationController> controllers;
    private final Reflector<ReplicaSet> sets;
    private final Reflector<StatefulSet> stateful;
    private final Reflector<PodDisruptionBudget> budgets;
    private final Reflector<PersistentVolumeClaim> claims;
    private final Reflector<PersistentVolume> volumes;
    private final Reflector<StorageClass> classes;

    private Known(Cluster cluster, Backoff backoff) {
        namespaces = Reflector.start(cluster, Resource.NAMESPACES, Scope.ALL, backoff);
        services = follow(cluster, backoff, "", "services", Service.class);
        controllers =
                follow(cluster, backoff, "", "replicationcontrollers", ReplicationController.class);
        sets = follow(cluster, backoff, "apps", "replicasets", ReplicaSet.class);
        stateful = follow(cluster, backoff, "apps", "statefulsets", StatefulSet.class);
        budgets =
                follow(
                        cluster,
                        backoff,
                        "policy",
                        "poddisruptionbudgets",
                        PodDisruptionBudget.class);
        claims = follow(cluster, backoff, CLAIMS);
        volumes = follow(cluster, backoff, VOLUMES);
        classes = follow(cluster, backoff, CLASSES);
    }

    /// Begins to follow it.
    static Known start(Cluster cluster, Backoff backoff) {
        return new Known(cluster, backoff);
    }

    private static <T extends HasMetadata> Reflector<T> follow(
            Cluster cluster, Backoff backoff, String group, String plural, Class<T> type) {
        return follow(cluster, backoff, new Resource<>(group, "v1", plural, true, type));
    }

    private static <T extends HasMetadata> Reflector<T> follow(
            Cluster cluster, Backoff backoff, Resource<T> resource) {
        return Reflector.start(cluster, resource, Scope.ALL, backoff);
    }

    private List<Reflector<? extends HasMetadata>> all() {
        return Stream.concat(
                        Stream.of(namespaces, services, controllers, sets, stateful, budgets),
                        storage().stream())
                .toList();
    }

    /// Those of what a [Storage] is made.
    List<Reflector<? extends HasMetadata>> storage() {
        return List.of(claims, volumes, classes);
    }

    /// Waits until it knows all of it, however long that takes.
    void awaitSynced() throws InterruptedException {
        for (Reflector<? extends HasMetadata> reflector : all()) {
            while (!reflector.image().isSynced()) {
                reflector.awaitAfter(0, PATIENCE);
            }
        }
    }

    Surroundings surroundings() {
        Map<Surroundings.Owner, LabelSelector> owners = new HashMap<>();
        owners.putAll(
                Surroundings.owners(
                        "ReplicationController",
                        controllers.image().values(),
                        each -> labels(each.getSpec().getSelector())));
        owners.putAll(
                Surroundings.owners(
                        "ReplicaSet",
                        sets.image().values(),
                        each -> selector(each.getSpec().getSelector())));
        owners.putAll(
                Surroundings.owners(
                        "StatefulSet",
                        stateful.image().values(),
                        each -> selector(each.getSpec().getSelector())));
        return new Surroundings(
                namespaces.image().values().stream()
                        .collect(
                                Collectors.toMap(
                                        namespace -> namespace.getMetadata().getName(),
                                        Function.identity())),
                List.copyOf(services.image().values()),
                owners,
                List.copyOf(budgets.image().values()),
                Storage.of(
                        claims.image().values(),
                        volumes.image().values(),
                        classes.image().values()));
    }

    private static LabelSelector labels(Map<String, String> labels) {
        return new LabelSelectorBuilder().withMatchLabels(labels).build();
    }

    private static LabelSelector selector(LabelSelector selector) {
        return Objects.requireNonNullElseGet(selector, LabelSelector::new);
    }

    @Override
    public void close() {
        all().forEach(Reflector::close);
    }
}
