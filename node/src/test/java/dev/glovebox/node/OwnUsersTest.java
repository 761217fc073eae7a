package dev.glovebox.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.network.Family;
import dev.glovebox.network.FirewallRules;
import dev.glovebox.network.HostLinks;
import dev.glovebox.network.Nft;
import dev.glovebox.network.PodFirewall;
import dev.glovebox.network.SandboxNetworks;
import dev.glovebox.node.cgroup.CgroupMounts;
import dev.glovebox.node.cgroup.PodCgroups;
import dev.glovebox.node.oom.OomKills;
import dev.glovebox.node.pod.Ending;
import dev.glovebox.node.pod.Failure;
import dev.glovebox.node.pod.PodMemory;
import dev.glovebox.node.pod.SandboxView;
import dev.glovebox.node.spec.Dns;
import dev.glovebox.node.spec.NodeView;
import dev.glovebox.node.spec.PodConfigs;
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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What becomes of a pod that asks for users of its own, by what the runtime says and what the
/// kernel shows, whose processes are files.
class OwnUsersTest {
    private static final String OWN = "0 65536 65536\n";
    private static final String HOST = "0 0 4294967295\n";

    @TempDir Path root;

    private final ManualClock clock = ManualClock.atNoon();
    private final FakeRuntime runtime = new FakeRuntime();
    private final FakeCluster cluster = new FakeCluster(clock);
    private final PodEvents events = PodEvents.start(cluster, "n", clock);
    private PodUserRanges users;
    private SandboxSteps steps;

    @BeforeEach
    void make() throws IOException {
        process("self", "user:[1]", HOST);
        NodeSettings settings =
                new NodeSettings("n", "192.0.2.1", root.resolve("data"), root.resolve("run"));
        PodCgroups cgroups =
                new PodCgroups(
                        new CgroupMounts(Map.of(), List.of(), Optional.of(root.resolve("cgroup"))),
                        "n");
        NodeView host = new NodeView(List.of("192.0.2.1"), Map.of());
        ClusterObjects objects = new ClusterObjects(cluster);
        users =
                new PodUserRanges(
                        new UserRanges(),
                        settings.podsDirectory(),
                        new IdMaps(root.resolve("proc")),
                        root);
        Mounts mounts = new Mounts();
        NodeParts parts =
                new NodeParts(
                        cluster,
                        runtime,
                        pod -> new PodGate.Decision.Admit("runc"),
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
                        new PodVolumes(
                                new PodDirectories(settings.podsDirectory(), mounts),
                                new ContentVolumes(mounts, objects, clock, host)),
                        users,
                        clock);
        PodConfigs configs =
                new PodConfigs(
                        "n",
                        host,
                        1L << 30,
                        Dns.parse("", List.of(Family.IPV4)),
                        settings.seccompProfiles(),
                        objects);
        steps =
                new SandboxSteps(
                        parts, settings, new PodPlaces(settings, configs, cgroups, users), events);
    }

    @AfterEach
    void close() {
        events.close();
    }

    private void process(String pid, String namespace, String map) throws IOException {
        Path home = Files.createDirectories(root.resolve("proc").resolve(pid));
        Files.createDirectories(home.resolve("ns"));
        Files.createSymbolicLink(home.resolve("ns/user"), Path.of(namespace));
        Files.writeString(home.resolve("status"), "");
        Files.writeString(home.resolve("uid_map"), map);
        Files.writeString(home.resolve("gid_map"), map);
    }

    /// In the host's network, so that no rules are put in place for it; the API would refuse it.
    private static Pod pod() {
        return new PodBuilder()
                .withNewMetadata()
                .withName("p")
                .withNamespace("default")
                .withUid("uid")
                .endMetadata()
                .withNewSpec()
                .withHostNetwork(true)
                .withHostUsers(false)
                .addNewContainer()
                .withName("main")
                .endContainer()
                .endSpec()
                .build();
    }

    private PodMemory checked(boolean running) {
        SandboxView sandbox = new SandboxView("s", 0, true, clock.instant(), "");
        return steps.check(pod(), sandbox, running, PodMemory.NONE);
    }

    private static String reason(PodMemory memory) {
        return memory.sandbox().map(Failure::reason).orElse("");
    }

    private static String message(PodMemory memory) {
        return memory.sandbox().map(Failure::message).orElse("");
    }

    @Test
    void under_a_handler_that_does_not_say_that_it_can_it_is_refused_with_what_would_do() {
        runtime.ownUsers.add("another");
        PodMemory memory = steps.start(pod(), 0, PodMemory.NONE);
        assertThat(reason(memory)).isEqualTo("FailedCreatePodSandBox");
        assertThat(message(memory))
                .isEqualTo(
                        "Failed to create pod sandbox: can't set `spec.hostUsers: false`,"
                                + " RuntimeClass handler \"runc\" does not support user"
                                + " namespaces; fake://1.0 does not say that it does, and"
                                + " containerd 2.0 with runc 1.2 would");
        assertThat(root.resolve("data")).doesNotExist();
    }

    /// The agent takes such a pod while it cannot ask the runtime.
    @Test
    void without_a_runtime_that_can_no_pod_runs_with_groups_of_its_images() {
        Pod pod =
                pod().edit()
                        .editSpec()
                        .withHostUsers(null)
                        .withNewSecurityContext()
                        .withSupplementalGroupsPolicy("Strict")
                        .endSecurityContext()
                        .endSpec()
                        .build();
        String refusal = "SupplementalGroupsPolicy=Strict is not supported in this node";
        assertThat(message(steps.start(pod, 0, PodMemory.NONE))).isEqualTo(refusal);
        runtime.strictGroups = Optional.of(false);
        assertThat(message(steps.start(pod, 0, PodMemory.NONE))).isEqualTo(refusal);
        assertThat(root.resolve("data")).doesNotExist();
        runtime.strictGroups = Optional.of(true);
        assertThat(message(steps.start(pod, 0, PodMemory.NONE))).isNotEqualTo(refusal);
    }

    @Test
    void where_nobody_knows_which_ids_are_free_it_is_refused() throws IOException {
        runtime.ownUsers.add("runc");
        process("7", "user:[2]", "no map\n");
        PodMemory memory = steps.start(pod(), 0, PodMemory.NONE);
        assertThat(reason(memory)).isEqualTo("FailedCreatePodSandBox");
        assertThat(message(memory))
                .startsWith("Failed to create pod sandbox: user namespace: no line of a map");
    }

    @Test
    void a_sandbox_whose_users_are_the_pods_own_may_hold_containers() throws IOException {
        users.give(pod());
        process("7", "user:[2]", OWN);
        runtime.processes.put("s", 7L);
        assertThat(checked(false).checked()).isEqualTo("s");
        assertThat(checked(true).checked()).isEqualTo("s");
        assertThat(checked(true).eviction()).isEmpty();
    }

    @Test
    void one_whose_users_are_the_hosts_holds_none() throws IOException {
        users.give(pod());
        process("7", "user:[1]", HOST);
        runtime.processes.put("s", 7L);
        PodMemory memory = checked(false);
        assertThat(memory.checked()).isEmpty();
        assertThat(memory.eviction()).isEmpty();
        assertThat(reason(memory)).isEqualTo("UsersNotSeparate");
        assertThat(message(memory))
                .startsWith("the pod's users are to be the host's 65536 to 131071");
    }

    @Test
    void a_pod_that_runs_so_has_to_leave() throws IOException {
        users.give(pod());
        process("7", "user:[1]", HOST);
        runtime.processes.put("s", 7L);
        PodMemory memory = checked(true);
        assertThat(memory.checked()).isEmpty();
        assertThat(memory.eviction().map(Ending.Evicted::eviction))
                .hasValueSatisfying(
                        eviction -> assertThat(eviction.reason()).isEqualTo("UsersNotSeparate"));
    }

    @Test
    void what_is_not_known_is_not_believed() throws IOException {
        users.give(pod());
        assertThat(message(checked(false))).contains("names no process of the pod's sandbox");
        runtime.processes.put("s", 7L);
        assertThat(message(checked(false))).contains("the process 7 of the pod's sandbox is gone");
        process("7", "user:[2]", OWN);
        assertThat(checked(false).checked()).isEqualTo("s");
        Files.delete(root.resolve("data/pods/uid/userns"));
        assertThat(reason(checked(false))).isEqualTo("UsersNotSeparate");
        assertThat(checked(true).eviction()).isPresent();
    }
}
