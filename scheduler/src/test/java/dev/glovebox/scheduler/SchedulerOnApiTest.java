package dev.glovebox.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.apiserver.ApiServer;
import dev.glovebox.apiserver.Bootstrap;
import dev.glovebox.apiserver.LocalCluster;
import dev.glovebox.apiserver.auth.User;
import dev.glovebox.apiserver.crds.CustomResourceDefinitions;
import dev.glovebox.apiserver.metrics.NodeSummaries;
import dev.glovebox.apiserver.pki.TokenKey;
import dev.glovebox.apiserver.schema.Schemas;
import dev.glovebox.cluster.Backoff;
import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Reflector;
import dev.glovebox.cluster.Resource;
import dev.glovebox.cluster.Scope;
import dev.glovebox.model.Names;
import dev.glovebox.policy.TrustLevel;
import dev.glovebox.store.HistoryLimit;
import dev.glovebox.store.Store;
import dev.glovebox.store.sqlite.SqliteStore;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The scheduler on the real API and store, with its own identity: what it writes is authorised and
/// valid.
class SchedulerOnApiTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    @TempDir Path directory;

    @Test
    void a_pod_that_fits_nowhere_waits_and_one_that_fits_is_placed() throws Exception {
        try (Store store = SqliteStore.open(directory.resolve("store"), HistoryLimit.DEFAULT)) {
            ApiServer api = api(store);
            Cluster admin = new LocalCluster(api, new User("admin", List.of("system:masters")));
            Cluster own =
                    new LocalCluster(
                            api,
                            new User("system:kube-scheduler", List.of("system:authenticated")));
            try (Reflector<Pod> pods = reflect(admin, Resource.PODS);
                    Reflector<Event> events = reflect(admin, Resource.EVENTS);
                    Scheduler scheduler =
                            Scheduler.start(own, Clock.systemUTC(), Backoff.DEFAULT)) {
                assertThat(scheduler).isNotNull();
                // A new node takes no pods; that it is ready a controller would have seen.
                Node made = admin.create(Resource.NODES, node());
                assertThat(made.getSpec().getTaints()).hasSize(1);
                made.getSpec().setTaints(List.of());
                admin.update(Resource.NODES, made);
                admin.create(Resource.SERVICE_ACCOUNTS, account());
                admin.create(Resource.PODS, pod("big", "5"));
                Pod refused = await(pods, pod -> reason(pod).isPresent());
                assertThat(reason(refused)).contains("Unschedulable");
                Event failed = await(events, event -> event.getReason().equals("FailedScheduling"));
                assertThat(failed.getMessage())
                        .startsWith("0/1 nodes are available: 1 Insufficient cpu. preemption: ");

                admin.create(Resource.PODS, pod("small", "1"));
                Pod placed = await(pods, pod -> "n1".equals(pod.getSpec().getNodeName()));
                assertThat(placed.getMetadata().getName()).isEqualTo("small");
                assertThat(placed.getSpec().getRuntimeClassName()).isEqualTo("gvisor");
                assertThat(placed.getStatus().getConditions())
                        .anyMatch(condition ->
                                condition.getType().equals("PodScheduled")
                                        && condition.getStatus().equals("True"));
                Event scheduled = await(events, event -> event.getReason().equals("Scheduled"));
                assertThat(scheduled.getMessage())
                        .isEqualTo("Successfully assigned default/small to n1");

                Pod important = pod("important", "2");
                important.getSpec().setPriorityClassName("system-node-critical");
                important.getMetadata().setNamespace("kube-system");
                ServiceAccount systems = account();
                systems.getMetadata().setNamespace("kube-system");
                admin.create(Resource.SERVICE_ACCOUNTS, systems);
                admin.create(Resource.PODS, important);
                Pod leaving = await(pods, pod -> pod.getMetadata().getDeletionTimestamp() != null);
                assertThat(leaving.getMetadata().getName()).isEqualTo("small");
                await(pods, pod -> "n1".equals(pod.getStatus().getNominatedNodeName()));
                await(events, event -> event.getReason().equals("Preempted"));
            }
        }
    }

    @Test
    void a_pod_waits_for_the_volume_of_its_claim() throws Exception {
        try (Store store = SqliteStore.open(directory.resolve("store"), HistoryLimit.DEFAULT)) {
            ApiServer api = api(store);
            Cluster admin = new LocalCluster(api, new User("admin", List.of("system:masters")));
            Cluster own =
                    new LocalCluster(
                            api,
                            new User("system:kube-scheduler", List.of("system:authenticated")));
            try (Reflector<Pod> pods = reflect(admin, Resource.PODS);
                    Reflector<PersistentVolume> volumes = reflect(admin, Known.VOLUMES);
                    Scheduler scheduler =
                            Scheduler.start(own, Clock.systemUTC(), Backoff.DEFAULT)) {
                assertThat(scheduler).isNotNull();
                Node made = admin.create(Resource.NODES, node());
                made.getSpec().setTaints(List.of());
                admin.update(Resource.NODES, made);
                admin.create(Resource.SERVICE_ACCOUNTS, account());
                PersistentVolumeClaim claim = admin.create(Known.CLAIMS, claim());
                admin.create(Resource.PODS, podWithClaim());
                await(pods, refused("pod has unbound immediate PersistentVolumeClaims"));

                admin.create(Known.CLASSES, lateClass());
                await(pods, refused("1 node(s) didn't find available persistent volumes to bind"));

                admin.create(Known.VOLUMES, volume());
                PersistentVolume there = volume();
                there.setStatus(new PersistentVolumeStatusBuilder().withPhase("Available").build());
                admin.updateStatus(Known.VOLUMES, there);
                PersistentVolume given =
                        await(volumes, volume -> volume.getSpec().getClaimRef() != null);
                assertThat(given.getSpec().getClaimRef().getUid())
                        .isEqualTo(claim.getMetadata().getUid());
                Pod waiting =
                        await(pods, pod -> "n1".equals(pod.getStatus().getNominatedNodeName()));
                assertThat(waiting.getSpec().getNodeName()).isNull();
                await(
                        pods,
                        pod ->
                                message(pod)
                                        .equals(
                                                "waiting for persistentvolumeclaim \"data\" to be"
                                                        + " bound to persistentvolume \"disk1\""));

                // What a controller does then.
                PersistentVolumeClaim bound =
                        admin.get(Known.CLAIMS, ObjectKey.of(claim)).orElseThrow();
                bound.getSpec().setVolumeName("disk1");
                bound.getMetadata()
                        .setAnnotations(Map.of("pv.kubernetes.io/bind-completed", "yes"));
                admin.update(Known.CLAIMS, bound);
                await(pods, pod -> "n1".equals(pod.getSpec().getNodeName()));
            }
        }
    }

    private static Predicate<Pod> refused(String why) {
        return pod -> message(pod).startsWith("0/1 nodes are available: " + why + ". preemption: ");
    }

    private static String message(Pod pod) {
        return pod.getStatus().getConditions().stream()
                .filter(condition -> condition.getType().equals("PodScheduled"))
                .map(condition -> condition.getMessage())
                .filter(Objects::nonNull)
                .findFirst()
                .orElse("");
    }

    private static StorageClass lateClass() {
        return new StorageClassBuilder()
                .withNewMetadata()
                .withName("late")
                .endMetadata()
                .withProvisioner("kubernetes.io/no-provisioner")
                .withVolumeBindingMode("WaitForFirstConsumer")
                .build();
    }

    private static PersistentVolumeClaim claim() {
        return new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName("data")
                .endMetadata()
                .withNewSpec()
                .withStorageClassName("late")
                .withAccessModes("ReadWriteOnce")
                .withNewResources()
                .addToRequests("storage", new Quantity("1Gi"))
                .endResources()
                .endSpec()
                .build();
    }

    private static PersistentVolume volume() {
        return new PersistentVolumeBuilder()
                .withNewMetadata()
                .withName("disk1")
                .endMetadata()
                .withNewSpec()
                .withStorageClassName("late")
                .withAccessModes("ReadWriteOnce")
                .addToCapacity("storage", new Quantity("1Gi"))
                .withNewHostPath("/disk1", "")
                .endSpec()
                .build();
    }

    private static Pod podWithClaim() {
        return new PodBuilder(pod("stored", "1"))
                .editSpec()
                .addNewVolume()
                .withName("v")
                .withNewPersistentVolumeClaim("data", false)
                .endVolume()
                .endSpec()
                .build();
    }

    private ApiServer api(Store store) {
        ApiServer api =
                new ApiServer(
                        new ApiServer.Settings(
                                store,
                                CustomResourceDefinitions.builtInKinds(
                                        Schemas.kubernetes(), Clock.systemUTC()),
                                Schemas.kubernetes(),
                                TokenKey.open(directory.resolve("pki")),
                                NodeSummaries.NONE,
                                TrustLevel.UNTRUSTED,
                                Clock.systemUTC()));
        new Bootstrap(api).run();
        return api;
    }

    private static Optional<String> reason(Pod pod) {
        return pod.getStatus().getConditions().stream()
                .filter(condition -> condition.getStatus().equals("False"))
                .map(condition -> condition.getReason())
                .findFirst();
    }

    private static <T extends HasMetadata> Reflector<T> reflect(
            Cluster cluster, Resource<T> resource) {
        return Reflector.start(cluster, resource, Scope.ALL, Backoff.DEFAULT);
    }

    private static <T extends HasMetadata> T await(Reflector<T> reflector, Predicate<T> wanted)
            throws InterruptedException {
        long seen = -1;
        while (true) {
            var image = reflector.awaitAfter(seen, LONG);
            assertThat(image.generation()).as("nothing came").isGreaterThan(seen);
            seen = image.generation();
            Optional<T> found = image.values().stream().filter(wanted).findFirst();
            if (found.isPresent()) {
                return found.get();
            }
        }
    }

    /// What a controller makes in each namespace.
    private static ServiceAccount account() {
        return new ServiceAccountBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName("default")
                .endMetadata()
                .build();
    }

    private static Node node() {
        return new NodeBuilder()
                .withNewMetadata()
                .withName("n1")
                .addToLabels(Names.RUNTIME_PREFIX + Names.GVISOR_CLASS, Names.READY)
                .endMetadata()
                .withNewStatus()
                .addNewCondition()
                .withType("Ready")
                .withStatus("True")
                .endCondition()
                .addToCapacity("cpu", new Quantity("2"))
                .addToAllocatable("cpu", new Quantity("2"))
                .addToAllocatable("memory", new Quantity("1Gi"))
                .addToAllocatable("pods", new Quantity("110"))
                .endStatus()
                .build();
    }

    private static Pod pod(String name, String cpu) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("main")
                .withImage("example.com/image:1")
                .withNewResources()
                .addToRequests("cpu", new Quantity(cpu))
                .endResources()
                .endContainer()
                .endSpec()
                .build();
    }
}
