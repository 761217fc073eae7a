package dev.glovebox.runtimes.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CgroupsTest {
    @TempDir Path root;

    @Test
    void limits_of_version_1_are_read_from_each_hierarchy() throws IOException {
        put("memory/pods/p/memory.limit_in_bytes", "134217728\n");
        put("memory/pods/p/memory.usage_in_bytes", "4096\n");
        put("memory/pods/p/memory.failcnt", "12\n");
        put("memory/pods/p/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n");
        put("cpu/pods/p/cpu.cfs_quota_us", "50000\n");
        put("cpu/pods/p/cpu.cfs_period_us", "100000\n");
        put("pids/pods/p/pids.max", "100\n");
        put("pids/pods/p/pids.current", "7\n");
        Cgroups cgroups = new Cgroups(root);
        assertThat(cgroups.version()).isEqualTo(1);
        assertThat(cgroups.values("/pods/p"))
                .isEqualTo(
                        new CgroupValues(
                                OptionalLong.of(134217728),
                                OptionalLong.of(4096),
                                OptionalDouble.of(0.5),
                                OptionalLong.of(100),
                                OptionalLong.of(7),
                                OptionalLong.of(2)));
        assertThat(cgroups.memoryLimitHits("/pods/p")).isEqualTo(12);
    }

    @Test
    void no_limit_is_told_from_a_large_one() throws IOException {
        put("memory/p/memory.limit_in_bytes", "9223372036854771712\n");
        put("cpu/p/cpu.cfs_quota_us", "-1\n");
        put("cpu/p/cpu.cfs_period_us", "100000\n");
        put("pids/p/pids.max", "max\n");
        CgroupValues values = new Cgroups(root).values("/p");
        assertThat(values.memoryLimit()).isEmpty();
        assertThat(values.cpuLimit()).isEmpty();
        assertThat(values.pidsLimit()).isEmpty();
    }

    @Test
    void limits_of_version_2_are_read_from_one_directory() throws IOException {
        put("cgroup.controllers", "cpu memory pids\n");
        put("pods/p/memory.max", "1048576\n");
        put("pods/p/memory.current", "4096\n");
        put("pods/p/memory.events", "low 0\nhigh 0\nmax 5\noom 1\noom_kill 1\n");
        put("pods/p/cpu.max", "150000 100000\n");
        put("pods/p/pids.max", "max\n");
        put("pods/p/pids.current", "3\n");
        Cgroups cgroups = new Cgroups(root);
        assertThat(cgroups.version()).isEqualTo(2);
        assertThat(cgroups.values("/pods/p"))
                .isEqualTo(
                        new CgroupValues(
                                OptionalLong.of(1048576),
                                OptionalLong.of(4096),
                                OptionalDouble.of(1.5),
                                OptionalLong.empty(),
                                OptionalLong.of(3),
                                OptionalLong.of(1)));
        assertThat(cgroups.memoryLimitHits("/pods/p")).isEqualTo(5);
    }

    @Test
    void a_cgroup_of_version_2_gets_its_controllers_from_the_top() throws IOException {
        put("cgroup.controllers", "cpu memory pids\n");
        new Cgroups(root).create("/ours/podx", 1 << 20);
        assertThat(root.resolve("ours/podx/memory.max")).hasContent("1048576");
        assertThat(root.resolve("cgroup.subtree_control")).exists();
        assertThat(root.resolve("ours/cgroup.subtree_control")).exists();
        assertThat(root.resolve("ours/podx/cgroup.subtree_control")).doesNotExist();
    }

    @Test
    void a_cgroup_that_is_not_there_is_an_error_and_not_a_cgroup_without_limits() {
        assertThatThrownBy(() -> new Cgroups(root).values("/none"))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void what_is_held_of_version_1_is_without_pages_of_files_and_with_those_below()
            throws IOException {
        put("memory/p/memory.usage_in_bytes", "10000\n");
        put(
                "memory/p/memory.stat",
                "active_file 1\ntotal_inactive_file 2000\ntotal_active_file 500\n");
        put("cpuacct/p/cpuacct.usage", "123456\n");
        put("cpu/p/cpu.shares", "1024\n");
        Cgroups cgroups = new Cgroups(root);
        assertThat(cgroups.memoryHeld("/p")).isEqualTo(7500);
        assertThat(cgroups.cpuUsed("/p")).isEqualTo(123456);
        assertThat(cgroups.memoryHeld("/gone")).isZero();
        assertThat(cgroups.cpuUsed("/gone")).isZero();
        cgroups.weighLeast("/p");
        assertThat(root.resolve("cpu/p/cpu.shares")).hasContent("2");
    }

    @Test
    void the_same_of_version_2() throws IOException {
        put("cgroup.controllers", "cpu memory pids\n");
        put("p/memory.current", "10000\n");
        put("p/memory.stat", "anon 7500\ninactive_file 2000\nactive_file 500\n");
        put("p/cpu.stat", "usage_usec 123\nuser_usec 100\n");
        put("p/cpu.weight", "100\n");
        Cgroups cgroups = new Cgroups(root);
        assertThat(cgroups.memoryHeld("/p")).isEqualTo(7500);
        assertThat(cgroups.cpuUsed("/p")).isEqualTo(123_000);
        cgroups.weighLeast("/p");
        assertThat(root.resolve("p/cpu.weight")).hasContent("1");
    }

    private void put(String name, String content) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}
