package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Limits on what pods have on the node's disk, under both kinds of kernel; beside each pod that is
/// over its limit one that does the same and has room for it.
@SharedEngine
class StorageIT {
    private static final String NAMESPACE = "storage";
    private static final String FILL = "head -c 4194304 /dev/zero > %s/full; sync; sleep 1000";
    private static final String DATA = FILL.formatted("/data");

    /// An image with a `VOLUME`.
    private static final String DECLARED = "test.invalid/declared:1";

    @TempDir private static Path folder;
    private final Engine engine;
    private final PodLab pods;

    StorageIT(Engine engine, Kubectl kubectl) {
        this.engine = engine;
        this.pods = new PodLab(kubectl, NAMESPACE);
    }

    @BeforeAll
    static void makePods(Engine engine, Kubectl kubectl) throws IOException {
        var all = new StringBuilder();
        var image = engine.busybox();
        for (var runtime : List.of("gvisor", "runc")) {
            all.append(pod("volume-" + runtime, runtime, image, "1Mi", "", FILL.formatted("/disk")))
                    .append(
                            pod(
                                    "room-" + runtime,
                                    runtime,
                                    image,
                                    "50Mi",
                                    "50Mi",
                                    FILL.formatted("/disk")))
                    .append(pod("outside-" + runtime, runtime, image, "1Mi", "", "sleep 1000"))
                    .append(
                            pod(
                                    "root-" + runtime,
                                    runtime,
                                    image,
                                    "50Mi",
                                    "2Mi",
                                    FILL.formatted("/home")))
                    .append(
                            pod(
                                    "words-" + runtime,
                                    runtime,
                                    image,
                                    "50Mi",
                                    "2Mi",
                                    FILL.formatted("/dev").replace("full", "termination-log")))
                    .append(
                            pod(
                                    "logs-" + runtime,
                                    runtime,
                                    image,
                                    "50Mi",
                                    "2Mi",
                                    "yes $(printf %04000d 7) | head -c 4194304; sleep 1000"))
                    .append(pod("declared-" + runtime, runtime, DECLARED, "50Mi", "2Mi", DATA))
                    .append(pod("ample-" + runtime, runtime, DECLARED, "50Mi", "20Mi", DATA));
        }
        engine.run("image", "load", declared().toString()).ok();
        var pods = new PodLab(kubectl, NAMESPACE);
        pods.make(all.toString());
        for (var name : List.of("outside-gvisor", "outside-runc")) {
            pods.awaitReady(name);
            var disk = podDirectory(engine, pods, name);
            Files.write(
                    disk.resolve("volumes/kubernetes.io~empty-dir/disk/full"), new byte[4 << 20]);
        }
    }

    private static Path declared() throws IOException {
        var root = Files.createDirectories(folder.resolve("root"));
        var bin = Files.createDirectories(root.resolve("bin"));
        Files.createDirectories(root.resolve("data"));
        Files.copy(Path.of("/bin/busybox"), bin.resolve("busybox"));
        for (var applet : List.of("sh", "head", "sync", "sleep")) {
            Files.createSymbolicLink(bin.resolve(applet), Path.of("busybox"));
        }
        var archive = folder.resolve("declared.tar");
        Image.of(root, List.of("/bin/sh"), "/data").dockerSave(DECLARED, archive);
        return archive;
    }

    @AfterAll
    static void remove(Engine engine, Kubectl kubectl) {
        new PodLab(kubectl, NAMESPACE).remove();
        engine.run("image", "remove", DECLARED).ok();
    }

    /// A pod with a volume, and beside the container that works one that has much room and needs
    /// none.
    private static String pod(
            String name, String runtime, String image, String volume, String limit, String script) {
        var limits =
                limit.isEmpty() ? "" : ", resources: {limits: {ephemeral-storage: " + limit + "}}";
        var other = limit.isEmpty() ? "" : ", resources: {limits: {ephemeral-storage: 100Mi}}";
        return """
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: %1$s}
        spec:
          runtimeClassName: %2$s
          terminationGracePeriodSeconds: %8$s
          volumes: [{name: disk, emptyDir: {sizeLimit: %4$s}}]
          containers:
          - {name: main, image: %3$s, command: [sh, -c, "%6$s"], volumeMounts: [{name: disk, mountPath: /disk}]%5$s}
          - {name: other, image: %3$s, command: [sleep, "1000"]%7$s}
        """
                .formatted(
                        name,
                        runtime,
                        image,
                        volume,
                        limits,
                        script,
                        other,
                        // Who is evicted gets a second, whatever the pod says.
                        name.startsWith("room") ? 1 : 600);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gvisor", "runc"})
    void a_volume_over_its_limit_costs_its_pod_the_place(String runtime) {
        evicted(
                "volume-" + runtime,
                "Usage of EmptyDir volume \"disk\" exceeds the limit \"1Mi\". ");
        Await.until(() -> podDirectory(engine, pods, "volume-" + runtime).toString().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"gvisor", "runc"})
    void what_a_container_writes_into_its_own_root_counts(String runtime) {
        evicted(
                "root-" + runtime,
                "Container main exceeded its local ephemeral storage limit \"2Mi\". ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gvisor", "runc"})
    void what_a_container_says_counts(String runtime) {
        for (var name : List.of("logs-", "words-")) {
            evicted(
                    name + runtime,
                    "Container main exceeded its local ephemeral storage limit \"2Mi\". ");
        }
    }

    @Test
    void it_is_the_disk_that_is_measured_whoever_wrote() {
        for (var runtime : List.of("gvisor", "runc")) {
            evicted(
                    "outside-" + runtime,
                    "Usage of EmptyDir volume \"disk\" exceeds the limit \"1Mi\". ");
            assertThat(pods.pod("room-" + runtime).at("/status/phase").asText())
                    .isEqualTo("Running");
        }
    }

    /// The host writes what the container has room for, and then more.
    @Test
    void a_volume_that_an_image_declares_counts_to_its_container() throws IOException {
        for (var runtime : List.of("gvisor", "runc")) {
            evicted(
                    "declared-" + runtime,
                    "Container main exceeded its local ephemeral storage limit \"2Mi\". ");
        }
        for (var ample : List.of("ample-gvisor", "ample-runc")) {
            assertThat(pods.pod(ample).at("/status/phase").asText()).isEqualTo("Running");
            var written = volumeFile(ample);
            assertThat(Files.size(written)).isEqualTo(4 << 20);
            Files.write(written.resolveSibling("more"), new byte[20 << 20]);
        }
        for (var ample : List.of("ample-gvisor", "ample-runc")) {
            evicted(ample, "Container main exceeded its local ephemeral storage limit \"20Mi\". ");
        }
    }

    /// What the container wrote, as the host has it.
    private Path volumeFile(String name) {
        var status = pods.pod(name).at("/status/containerStatuses");
        for (var container : status) {
            if (container.at("/name").asText().equals("main")) {
                var id = container.at("/containerID").asText().replaceFirst("containerd://", "");
                return Path.of(
                        Command.of("find", engine.dataDirectory().toString())
                                .and("-path", "*/containers/" + id + "/volumes/*/full")
                                .run()
                                .text());
            }
        }
        throw new AssertionError(status.toString());
    }

    private void evicted(String name, String message) {
        pods.await(name, "/status/reason", "Evicted");
        var status = pods.pod(name).at("/status");
        assertThat(status.at("/phase").asText()).as(status.toPrettyString()).isEqualTo("Failed");
        assertThat(status.at("/message").asText()).isEqualTo(message);
        assertThat(status.at("/containerStatuses/0/state/terminated/exitCode").asInt())
                .as(status.toPrettyString())
                .isNotZero();
        pods.awaitEvent(name, message);
    }

    private static Path podDirectory(Engine engine, PodLab pods, String name) {
        var uid = pods.pod(name).at("/metadata/uid").asText();
        var find = Command.of("find", engine.dataDirectory().toString(), "-path", "*/pods/" + uid);
        return Path.of(find.run().text());
    }
}
