package dev.glovebox.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.network.FirewallRules;
import dev.glovebox.network.HostLinks;
import dev.glovebox.network.Nft;
import dev.glovebox.network.PodFirewall;
import dev.glovebox.network.SandboxNetworks;
import dev.glovebox.node.capacity.Reserved;
import dev.glovebox.node.cgroup.CgroupMounts;
import dev.glovebox.node.cgroup.PodCgroups;
import dev.glovebox.node.eviction.NodeSignals;
import dev.glovebox.node.eviction.Signal;
import dev.glovebox.node.eviction.Thresholds;
import dev.glovebox.node.images.ImageLimits;
import dev.glovebox.node.oom.OomKills;
import dev.glovebox.node.pod.PodView;
import dev.glovebox.node.spec.NodeView;
import dev.glovebox.node.stats.NodeUsage;
import dev.glovebox.node.users.IdMaps;
import dev.glovebox.node.users.PodUserRanges;
import dev.glovebox.node.users.UserRanges;
import dev.glovebox.node.volume.ContentVolumes;
import dev.glovebox.node.volume.Mounts;
import dev.glovebox.node.volume.PodDirectories;
import dev.glovebox.node.volume.PodVolumes;
import dev.glovebox.testkit.FakeCluster;
import dev.glovebox.testkit.ManualClock;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// On a node whose files say how much memory is used, with real directories.
class EvictionsTest {
    private static final int MIB = 1 << 20;
    private static final int CRITICAL = 2_000_000_000;
    @TempDir Path root;

    private final ManualClock clock = ManualClock.atNoon();
    private final FakeRuntime runtime = new FakeRuntime();
    private final List<Pod> pods = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private int changes;
    private final FakeCluster cluster = new FakeCluster(clock);
    private final PodEvents events = PodEvents.start(cluster, "n", clock);
    private Evictions evictions;

    @BeforeEach
    void make() throws IOException {
        evictions = of("memory.available<100");
        used(500);
    }

    private Evictions of(String thresholds) {
        NodeSettings settings =
                new NodeSettings("n", "192.0.2.1", root.resolve("data"), root.resolve("run"));
        CgroupMounts mounts =
                new CgroupMounts(
                        Map.of(
                                "cpuacct", root.resolve("cpuacct"),
                                "memory", root.resolve("memory")),
                        List.of(),
                        Optional.empty());
        PodCgroups cgroups = new PodCgroups(mounts, "n");
        Mounts real = new Mounts();
        PodVolumes volumes =
                new PodVolumes(
                        new PodDirectories(settings.dataDirectory().resolve("pods"), real),
                        new ContentVolumes(
                                real,
                                new ClusterObjects(cluster),
                                clock,
                                new NodeView(List.of("192.0.2.1"), Map.of())));
        NodeParts parts =
                new NodeParts(
                        cluster,
                        runtime,
                        pod -> new PodGate.Decision.Admit(""),
                        new NodeNetwork(
                                new PodFirewall(
                                        new FirewallRules("test", ContainerdLab.PODS),
                                        Nft.ofMachine(),
                                        root.resolve("firewall.json")),
                                new SandboxNetworks(
                                        "test", root.resolve("leases"), root.resolve("netns"))),
                        new HostLinks(),
                        cgroups,
                        OomKills.none(),
                        volumes,
                        new PodUserRanges(
                                new UserRanges(),
                                settings.podsDirectory(),
                                new IdMaps(Path.of("/proc")),
                                Path.of("/etc")),
                        clock);
        NodeSignals signals =
                new NodeSignals(cgroups, 1000, 1000, 1000, root, Optional::empty, root);
        Headroom headroom =
                new Headroom(
                        Reserved.NONE,
                        Thresholds.parse(thresholds),
                        Duration.ofMinutes(5),
                        ImageLimits.DEFAULT);
        return new Evictions(
                parts,
                headroom,
                signals,
                new PodUse(
                        settings,
                        parts,
                        new NodeUsage(() -> pods, cgroups, clock),
                        UnaryOperator.identity()),
                () -> List.copyOf(pods),
                events,
                this::tell,
                () -> changes++);
    }

    @AfterEach
    void close() {
        events.close();
    }

    @Test
    void a_node_with_room_tells_nobody() {
        pods.add(pod("a", 0));
        evictions.round();
        evictions.disk().round();
        assertThat(told).isEmpty();
        assertThat(changes).isZero();
    }

    @Test
    void one_that_was_told_is_waited_for_and_told_again() throws IOException {
        pods.addAll(List.of(pod("a", 0), pod("b", 1)));
        used(950);
        evictions.round();
        assertThat(evictions.conditions()).containsExactly(Signal.Condition.MEMORY);
        assertThat(changes).isEqualTo(1);
        assertThat(taken()).containsExactly("a");
        clock.advance(Duration.ofSeconds(10));
        evictions.round();
        assertThat(taken()).containsExactly("a");
        assertThat(changes).isEqualTo(1);
        pods.removeFirst();
        evictions.round();
        assertThat(taken()).containsExactly("b");
    }

    @Test
    void one_that_does_not_end_does_not_keep_others_from_being_told() throws IOException {
        pods.addAll(List.of(pod("a", 0), pod("b", 1), pod("needed", CRITICAL)));
        used(950);
        evictions.round();
        clock.advance(Departures.PATIENCE);
        told.clear();
        evictions.round();
        assertThat(taken()).containsExactly("a", "b");
        clock.advance(Departures.PATIENCE);
        evictions.round();
        assertThat(taken()).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void one_that_has_ended_is_waited_for_until_its_directory_is_gone() throws IOException {
        pods.addAll(List.of(pod("a", 0), pod("b", 1)));
        Path directory = Files.createDirectories(root.resolve("data/pods/a"));
        used(950);
        evictions.round();
        pods.getFirst().getStatus().setPhase("Failed");
        told.clear();
        evictions.round();
        assertThat(taken()).doesNotContain("b");
        Files.delete(directory);
        evictions.round();
        assertThat(taken()).containsExactly("b");
    }

    @Test
    void one_that_is_deleted_may_be_told_too() throws IOException {
        pods.add(pod("a", 0));
        pods.getFirst().getMetadata().setDeletionTimestamp("2026-01-01T13:00:00Z");
        used(950);
        evictions.round();
        assertThat(taken()).containsExactly("a");
    }

    @Test
    void who_is_over_its_limit_is_told_at_once_unless_the_node_needs_it() throws IOException {
        pods.addAll(List.of(limited("a", 0), limited("needed", CRITICAL), limited("b", 1)));
        evictions.disk().round();
        assertThat(taken()).containsExactly("a", "b");
        evictions.disk().round();
        assertThat(taken()).isEmpty();
    }

    @Test
    void what_a_container_writes_into_volumes_of_its_image_counts_as_its_own() throws IOException {
        for (String name : List.of("over", "room")) {
            Pod pod = pod(name, 0);
            pod.getSpec()
                    .getContainers()
                    .getFirst()
                    .setResources(
                            new ResourceRequirementsBuilder()
                                    .addToLimits(
                                            "ephemeral-storage",
                                            new Quantity(name.equals("over") ? "512Ki" : "4Mi"))
                                    .build());
            pods.add(pod);
            Path volume = Files.createDirectories(root.resolve(name).resolve("volumes/0123"));
            Files.write(volume.resolve("full"), new byte[MIB]);
            Files.write(root.resolve("elsewhere"), new byte[8 * MIB]);
            Files.createSymbolicLink(volume.resolve("link"), root.resolve("elsewhere"));
            runtime.imageVolumes.put(name, volume.getParent());
        }
        evictions.disk().round();
        assertThat(taken()).containsExactly("over");
    }

    @Test
    void a_needed_pod_over_its_limit_keeps_nobody_from_being_told_for_the_disks_sake()
            throws IOException {
        pods.addAll(List.of(limited("needed", CRITICAL), pod("b", 0)));
        evictions = of("nodefs.available<100%");
        evictions.look();
        evictions.disk().round();
        assertThat(taken()).containsExactly("b");
    }

    @Test
    void records_of_pods_that_ended_go_before_anybody_has_to() {
        pods.addAll(List.of(pod("ended", 0), pod("b", 0)));
        pods.getFirst().getStatus().setPhase("Succeeded");
        for (String uid : List.of("ended", "b")) {
            runtime.views.put(
                    new ContainerRuntime.RuntimePod(uid, "ns", uid, false, ""), PodView.NONE);
        }
        evictions.disk().round();
        assertThat(runtime.views).hasSize(2);
        evictions = of("nodefs.available<100%");
        evictions.look();
        evictions.disk().round();
        assertThat(runtime.views.keySet())
                .extracting(ContainerRuntime.RuntimePod::uid)
                .containsExactly("b");
    }

    @Test
    void memory_is_looked_after_while_a_disk_is_slow() throws Exception {
        pods.addAll(List.of(limited("a", 1), pod("b", 0)));
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        runtime.layers =
                id -> {
                    asked.countDown();
                    try {
                        over.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return Optional.empty();
                };
        Thread slow = Thread.ofVirtual().start(evictions.disk()::round);
        asked.await();
        used(950);
        evictions.round();
        assertThat(taken()).containsExactly("b");
        over.countDown();
        slow.join();
        assertThat(taken()).containsExactly("a");
    }

    private void tell(Pod pod, PodMail mail) {
        if (mail instanceof PodMail.Evict) {
            told.add(pod.getMetadata().getName());
        } else if (mail instanceof PodMail.Clear) {
            runtime.views.keySet().removeIf(each -> each.uid().equals(PodWorkers.uid(pod)));
        }
    }

    /// Who was told since this was last asked.
    private List<String> taken() {
        List<String> all = List.copyOf(told);
        told.clear();
        return all;
    }

    private void used(long memory) throws IOException {
        Path cpu = Files.createDirectories(root.resolve("cpuacct"));
        Files.writeString(cpu.resolve("cpuacct.usage"), "1\n");
        Path bytes = Files.createDirectories(root.resolve("memory"));
        Files.writeString(bytes.resolve("memory.usage_in_bytes"), memory + "\n");
    }

    /// A pod that has a mebibyte in a volume for a kibibyte.
    private Pod limited(String name, int priority) throws IOException {
        Path volume =
                root.resolve("data/pods")
                        .resolve(name)
                        .resolve("volumes/kubernetes.io~empty-dir/v");
        Files.createDirectories(volume);
        Files.write(volume.resolve("full"), new byte[MIB]);
        return new PodBuilder(pod(name, priority))
                .editSpec()
                .addNewVolume()
                .withName("v")
                .withNewEmptyDir()
                .withSizeLimit(new Quantity("1Ki"))
                .endEmptyDir()
                .endVolume()
                .endSpec()
                .build();
    }

    private static Pod pod(String name, int priority) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("ns")
                .withUid(name)
                .endMetadata()
                .withNewSpec()
                .withPriority(priority)
                .addNewContainer()
                .withName("main")
                .endContainer()
                .endSpec()
                .withNewStatus()
                .withPhase("Running")
                .withStartTime("2026-01-01T11:00:00Z")
                .addNewContainerStatus()
                .withName("main")
                .withContainerID("containerd://" + name)
                .endContainerStatus()
                .endStatus()
                .build();
    }
}
