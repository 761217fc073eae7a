package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.testkit.Await;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/// A node on a small disk of its own that fills, and one that is told to keep more free than there
/// is; what it keeps for others. Pods of both kinds of kernel.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@RunsPods
class PressureIT {
    private static final String NAMESPACE = "pressure";
    private static final long MIB = 1 << 20;
    private static final Engine ENGINE = Engine.in(222);
    @TempDir static Path folder;

    @BeforeAll
    static void startOnSmallDisk() throws IOException {
        var disk = folder.resolve("disk");
        try (var file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.setLength(1200 * MIB);
        }
        Command.of("mkfs.ext4", "-q", "-m", "0", disk.toString()).run().ok();
        Command.of("mount", "-o", "loop", disk.toString(), mountPoint()).run().ok();
        Files.createDirectory(ENGINE.dataDirectory());
        configure("nodefs.available: 10%");
        ENGINE.up("--default-trust", "trusted").ok();
    }

    @AfterAll
    static void removeAll() {
        ENGINE.purge().ok();
        Command.of("umount", mountPoint()).run().ok();
    }

    /// Above the data directory, which goes with the engine.
    private static String mountPoint() {
        return ENGINE.dataDirectory().resolve("..").normalize().toString();
    }

    private static void configure(String thresholds) throws IOException {
        var text =
                """
                apiVersion: kubelet.config.k8s.io/v1beta1
                kind: KubeletConfiguration
                systemReserved: {cpu: 100m, memory: 256Mi}
                evictionPressureTransitionPeriod: 5s
                imageMinimumGCAge: 0s
                evictionHard: {%s}
                """
                        .formatted(thresholds);
        Files.writeString(ENGINE.dataDirectory().resolve("kubelet.yaml"), text);
    }

    private static PodLab pods() {
        return new PodLab(ENGINE.kubectl(), NAMESPACE);
    }

    private static JsonNode node() {
        return ENGINE.kubectl().get("node", ENGINE.node());
    }

    private static String pod(String name, String runtime, String script) {
        return """
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: %s}
        spec:
          runtimeClassName: %s
          nodeName: %s
          terminationGracePeriodSeconds: 1
          volumes: [{name: disk, emptyDir: {}}]
          containers:
          - {name: main, image: %s, command: [sh, -c, "%s; sleep 1000"], volumeMounts: [{name: disk, mountPath: /disk}]}
        """
                .formatted(name, runtime, ENGINE.node(), ENGINE.busybox(), script);
    }

    @Test
    @Order(1)
    void pods_have_what_is_left_of_the_node() throws IOException {
        var status = node().at("/status");
        var cpus = Runtime.getRuntime().availableProcessors();
        assertThat(status.at("/capacity/cpu").asText()).isEqualTo(Integer.toString(cpus));
        assertThat(status.at("/allocatable/cpu").asText()).isEqualTo(cpus * 1000 - 100 + "m");
        var memory = kibibytes(status.at("/capacity/memory"));
        assertThat(kibibytes(status.at("/allocatable/memory"))).isEqualTo(memory - 256 * 1024);
        var storage = kibibytes(status.at("/capacity/ephemeral-storage")) * 1024;
        assertThat(status.at("/allocatable/ephemeral-storage").asLong())
                .isBetween(storage * 9 / 10 - 1, storage * 9 / 10 + 1);
        Await.until(() -> memoryOfAllPods() == (memory - 256 * 1024) * 1024);
        var wants = "resources: {requests: {cpu: \"%d\"}}".formatted(cpus);
        pods().make(
                        """
                        apiVersion: v1
                        kind: Pod
                        metadata: {name: large}
                        spec: {containers: [{name: main, image: none, %s}]}
                        """
                                .formatted(wants));
        Await.until(() ->
                pods().condition("large", "PodScheduled")
                        .at("/message")
                        .asText()
                        .startsWith("0/1 nodes are available: 1 Insufficient cpu."));
        pods().run("delete", "pod", "large");
    }

    @Test
    @Order(2)
    void of_a_full_disk_the_largest_pod_goes_and_nobody_comes() throws IOException {
        ENGINE.run("image", "load", unused().toString()).ok();
        assertThat(ENGINE.run("image", "list").ok().text()).contains("test.invalid/unused:1");
        pods().make(pod("modest", "runc", "head -c 20000000 /dev/zero > /disk/a"));
        pods().make(
                        pod("done", "gvisor", "echo said; exit 3")
                                .replace("containers:", "restartPolicy: Never\n  containers:"));
        pods().awaitReady("modest");
        pods().await("done", "/status/phase", "Failed");
        assertThat(pods().run("logs", "done").text()).isEqualTo("said");
        var free = ENGINE.dataDirectory().toFile().getUsableSpace() - 60 * MIB;
        pods().make(pod("hog", "gvisor", "head -c " + free + " /dev/zero > /disk/a"));
        pods().awaitReady("hog");
        awaitCondition("DiskPressure", "True", "KubeletHasDiskPressure");
        Await.until(() -> node().at("/spec/taints").toString().contains("disk-pressure"));
        pods().make(pod("late", "runc", "true"));
        pods().await("late", "/status/reason", "Evicted");
        assertThat(pods().pod("late").at("/status/message").asText())
                .isEqualTo("Pod was rejected: The node had condition: [DiskPressure]. ");
        pods().await("hog", "/status/reason", "Evicted");
        var hog = pods().pod("hog").at("/status");
        assertThat(hog.at("/phase").asText()).isEqualTo("Failed");
        assertThat(hog.at("/message").asText())
                .startsWith("The node was low on resource: ephemeral-storage. Threshold quantity: ")
                .contains(", available: ");
        assertThat(pods().condition("hog", "DisruptionTarget").at("/reason").asText())
                .isEqualTo("TerminationByKubelet");
        assertThat(ENGINE.run("image", "list").ok().text())
                .as("an image that nobody uses goes first, ours never")
                .doesNotContain("test.invalid/unused:1")
                .contains("glovebox.dev/busybox");
        awaitCondition("DiskPressure", "False", "KubeletHasNoDiskPressure");
        assertThat(pods().pod("modest").at("/status/phase").asText()).isEqualTo("Running");
        assertThat(logs("done"))
                .as("records of who has ended go too")
                .contains("unable to retrieve container logs for containerd://");
        assertThat(pods().pod("done").at("/status/containerStatuses/0/state/terminated/exitCode"))
                .hasToString("3");
        pods().make(pod("again", "gvisor", "true"));
        pods().awaitReady("again");
    }

    @Test
    @Order(3)
    @Tag("long")
    void of_a_node_without_memory_pods_go_one_after_the_other() throws IOException {
        ENGINE.run("down").ok();
        configure("memory.available: 1Ti, pid.available: 100%");
        ENGINE.up().ok();
        awaitCondition("MemoryPressure", "True", "KubeletHasInsufficientMemory");
        awaitCondition("PIDPressure", "True", "KubeletHasInsufficientPID");
        for (var name : List.of("again", "modest")) {
            pods().await(name, "/status/reason", "Evicted");
            assertThat(pods().pod(name).at("/status/message").asText())
                    .startsWith(
                            "The node was low on resource: memory. Threshold quantity: 1Ti,"
                                    + " available: ");
        }
        assertThat(pods().pod("modest").at("/status/message").asText())
                .contains("Container main was using ")
                .endsWith(", request is 0, has larger consumption of memory. ");
    }

    @Test
    @Order(4)
    @Tag("long")
    void of_a_node_without_inodes_the_pod_goes_that_has_most() throws IOException {
        restart("nodefs.inodesFree: 50%");
        pods().make(pod("frugal", "gvisor", "echo x > /disk/a"));
        pods().make(
                        pod(
                                "files",
                                "runc",
                                "i=0; while [ $i -lt 50000 ]; do : > /disk/$i; i=$((i+1)); done"));
        awaitCondition("DiskPressure", "True", "KubeletHasDiskPressure");
        assertEvicted("files", "The node was low on resource: inodes. Threshold quantity: ");
        awaitCondition("DiskPressure", "False", "KubeletHasNoDiskPressure");
        assertThat(pods().pod("frugal").at("/status/phase").asText()).isEqualTo("Running");
    }

    @Test
    @Order(5)
    @Tag("long")
    void of_a_node_without_processes_the_pod_goes_that_has_most() throws IOException {
        restart("pid.available: " + (processesLeft() - 450));
        pods().make(pod("few", "gvisor", "true"));
        pods().awaitReady("few");
        pods().make(
                        pod(
                                "many",
                                "runc",
                                "i=0; while [ $i -lt 900 ]; do sleep 1000 & i=$((i+1)); done"));
        awaitCondition("PIDPressure", "True", "KubeletHasInsufficientPID");
        assertEvicted("many", "The node was low on resource: pids. Threshold quantity: ");
        awaitCondition("PIDPressure", "False", "KubeletHasSufficientPID");
        assertThat(pods().pod("few").at("/status/phase").asText()).isEqualTo("Running");
    }

    private static void restart(String thresholds) throws IOException {
        ENGINE.run("down").ok();
        configure(thresholds);
        ENGINE.up().ok();
        awaitCondition("DiskPressure", "False", "KubeletHasNoDiskPressure");
        awaitCondition("PIDPressure", "False", "KubeletHasSufficientPID");
        awaitCondition("MemoryPressure", "False", "KubeletHasSufficientMemory");
    }

    private static void assertEvicted(String name, String message) {
        pods().await(name, "/status/reason", "Evicted");
        assertThat(pods().pod(name).at("/status/message").asText()).startsWith(message);
    }

    /// How many processes and threads the machine could still have.
    private static long processesLeft() {
        var most = Math.min(kernel("kernel/pid_max"), kernel("kernel/threads-max"));
        var load = Command.of("cat", "/proc/loadavg").run().ok().text().split("[ /]", -1);
        return most - Long.parseLong(load[4]);
    }

    /// The kernel tells such a number to one read alone, which Java's are not.
    private static long kernel(String name) {
        return Long.parseLong(Command.of("cat", "/proc/sys/" + name).run().ok().text());
    }

    private static String logs(String name) {
        return ENGINE.kubectl().command("-n", NAMESPACE, "logs", name).run().err();
    }

    private static void awaitCondition(String type, String status, String reason) {
        Await.until(() ->
                StreamSupport.stream(node().at("/status/conditions").spliterator(), false)
                        .anyMatch(c ->
                                c.at("/type").asText().equals(type)
                                        && c.at("/status").asText().equals(status)
                                        && c.at("/reason").asText().equals(reason)));
    }

    private static long kibibytes(JsonNode quantity) {
        return Long.parseLong(quantity.asText().replaceFirst("Ki$", ""));
    }

    private static long memoryOfAllPods() {
        var one = Path.of("/sys/fs/cgroup/memory");
        var below = "glovebox/" + ENGINE.node() + "/kubepods/";
        var file =
                Files.isDirectory(one)
                        ? one.resolve(below + "memory.limit_in_bytes")
                        : Path.of("/sys/fs/cgroup/" + below + "memory.max");
        try {
            return Long.parseLong(Files.readString(file).strip());
        } catch (IOException e) {
            return -1;
        }
    }

    /// An archive with an image that no container has.
    private static Path unused() throws IOException {
        var root = Files.createDirectories(folder.resolve("root"));
        Files.write(root.resolve("file"), new byte[1000]);
        var archive = folder.resolve("unused.tar");
        Image.of(root, List.of("/none")).dockerSave("test.invalid/unused:1", archive);
        return archive;
    }
}
