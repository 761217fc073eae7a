package dev.glovebox.node.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is written where, on directories that stand for the kernel's. That the kernel obeys is
/// shown by tests that run pods.
class PodCgroupsTest {
    private static final PodLimits LIMITS =
            new PodLimits(
                    new PodResources(
                            QosClass.BURSTABLE,
                            250,
                            OptionalLong.of(1_500),
                            OptionalLong.of(64L << 20)),
                    OptionalLong.of(100));

    @TempDir Path root;

    @Test
    void a_pod_lies_below_its_class() {
        PodCgroups cgroups = new PodCgroups(v1(), "master");

        assertThat(cgroups.path(QosClass.GUARANTEED, "a-1").value())
                .isEqualTo("/glovebox/master/kubepods/poda-1");
        assertThat(cgroups.path(QosClass.BEST_EFFORT, "a-1").value())
                .isEqualTo("/glovebox/master/kubepods/besteffort/poda-1");
    }

    @Test
    void a_uid_cannot_leave_the_tree() {
        PodCgroups cgroups = new PodCgroups(v1(), "master");

        assertThatThrownBy(() -> cgroups.path(QosClass.GUARANTEED, "/../../x"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void version_two_hands_controllers_down_and_limits_swap() throws IOException {
        PodCgroups cgroups =
                new PodCgroups(new CgroupMounts(Map.of(), List.of(), Optional.of(root)), "master");
        CgroupPath pod = cgroups.path(QosClass.BURSTABLE, "u");
        Path directory = prepareUnified(pod);

        cgroups.limit(pod, LIMITS);

        assertThat(directory.resolve("memory.max")).hasContent("67108864");
        assertThat(directory.resolve("memory.swap.max")).hasContent("0");
        assertThat(directory.resolve("cpu.max")).hasContent("150000 100000");
        assertThat(directory.resolve("cpu.weight")).hasContent("10");
        assertThat(directory.resolve("pids.max")).hasContent("100");
        assertThat(root.resolve("glovebox/cgroup.subtree_control"))
                .hasContent("+cpu +memory +pids");
        assertThat(cgroups.inForce(pod))
                .isEqualTo(
                        new PodLimitsInForce(
                                OptionalLong.of(64L << 20),
                                OptionalLong.of(150_000),
                                OptionalLong.of(100)));
    }

    @Test
    void oom_kills_of_version_one_are_told_by_the_cgroup_below_the_pods() throws IOException {
        PodCgroups cgroups = new PodCgroups(v1(), "master");
        CgroupPath pod = cgroups.path(QosClass.BURSTABLE, "u");
        Path memory = Files.createDirectories(root.resolve("memory").resolve(pod.relative()));
        Files.writeString(
                memory.resolve("memory.oom_control"),
                "oom_kill_disable 0\nunder_oom 0\noom_kill 1\n");
        Path container = Files.createDirectories(memory.resolve("c1"));
        Files.writeString(container.resolve("memory.oom_control"), "oom_kill 2\n");

        Path inner = Files.createDirectories(container.resolve("inner"));
        Files.writeString(inner.resolve("memory.oom_control"), "oom_kill 4\n");

        assertThat(cgroups.oomKills(pod)).containsOnly(entry("", 1L), entry("c1", 6L));
    }

    @Test
    void usage_of_version_one_leaves_out_pages_that_nobody_misses() throws IOException {
        PodCgroups cgroups = new PodCgroups(v1(), "master");
        CgroupPath pod = cgroups.path(QosClass.BURSTABLE, "u");
        assertThat(cgroups.usage(pod)).isEmpty();
        Path memory = Files.createDirectories(root.resolve("memory").resolve(pod.relative()));
        Files.writeString(memory.resolve("memory.usage_in_bytes"), "5000\n");
        Files.writeString(
                memory.resolve("memory.stat"), "inactive_file 1\ntotal_inactive_file 2000\n");
        Path cpu = Files.createDirectories(root.resolve("cpuacct").resolve(pod.relative()));
        Files.writeString(cpu.resolve("cpuacct.usage"), "123456789\n");

        assertThat(cgroups.usage(pod)).contains(new CgroupUsage(123_456_789, 3000));
    }

    @Test
    void usage_of_version_two_is_read_from_its_own_files() throws IOException {
        PodCgroups cgroups =
                new PodCgroups(new CgroupMounts(Map.of(), List.of(), Optional.of(root)), "master");
        CgroupPath pod = cgroups.path(QosClass.BURSTABLE, "u");
        Path directory = Files.createDirectories(root.resolve(pod.relative()));
        Files.writeString(directory.resolve("memory.current"), "5000\n");
        Files.writeString(directory.resolve("memory.stat"), "anon 4\ninactive_file 2000\n");
        Files.writeString(directory.resolve("cpu.stat"), "usage_usec 77\nuser_usec 1\n");

        assertThat(cgroups.usage(pod)).contains(new CgroupUsage(77_000, 3000));
    }

    @Test
    void the_root_of_version_two_counts_what_the_machine_has_not_free() throws IOException {
        Path meminfo =
                Files.writeString(
                        root.resolve("meminfo"),
                        "MemTotal:       1000 kB\nMemFree:         400 kB\n");
        Files.writeString(root.resolve("memory.stat"), "inactive_file 1024\n");
        Files.writeString(root.resolve("cpu.stat"), "usage_usec 5\n");

        assertThat(CgroupUsage.ofUnifiedRoot(root, meminfo))
                .isEqualTo(new CgroupUsage(5000, 599 * 1024));
    }

    @Test
    void a_machine_without_a_memory_controller_is_refused() {
        assertThatThrownBy(() ->
                        CgroupMounts.parse(
                                "30 23 0:26 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu"
                                        + "\n31 23 0:27 / /sys/fs/cgroup/pids rw - cgroup"
                                        + " cgroup rw,pids"))
                .isInstanceOf(CgroupException.class)
                .hasMessageContaining("memory");
    }

    @Test
    void hybrid_mounts_are_version_one_with_the_unified_root_beside() {
        CgroupMounts mounts =
                CgroupMounts.parse(
                        """
                        30 23 0:26 / /c/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct
                        31 23 0:27 / /c/memory rw,relatime - cgroup cgroup rw,memory
                        32 23 0:28 / /c/pids rw,relatime - cgroup cgroup rw,pids
                        33 23 0:29 / /c/systemd rw,relatime - cgroup cgroup rw,name=systemd
                        34 23 0:30 / /c/unified rw,relatime - cgroup2 cgroup2 rw
                        35 23 0:31 / /proc rw - proc proc rw
                        """);

        assertThat(mounts.unified()).isEmpty();
        assertThat(mounts.controllers())
                .containsEntry("cpu", Path.of("/c/cpu,cpuacct"))
                .containsEntry("pids", Path.of("/c/pids"));
        assertThat(mounts.others()).containsExactly(Path.of("/c/systemd"), Path.of("/c/unified"));
    }

    private CgroupMounts v1() {
        return new CgroupMounts(
                Map.of(
                        "cpu", root.resolve("cpu"),
                        "cpuacct", root.resolve("cpuacct"),
                        "memory", root.resolve("memory"),
                        "pids", root.resolve("pids")),
                List.of(),
                Optional.empty());
    }

    private Path prepareUnified(CgroupPath pod) throws IOException {
        Path directory = root;
        Files.createFile(directory.resolve("cgroup.subtree_control"));
        for (String component : pod.relative().split("/", -1)) {
            directory = Files.createDirectory(directory.resolve(component));
            Files.createFile(directory.resolve("cgroup.subtree_control"));
        }
        for (String file :
                List.of("cpu.weight", "cpu.max", "memory.max", "memory.swap.max", "pids.max")) {
            Files.createFile(directory.resolve(file));
        }
        return directory;
    }
}
