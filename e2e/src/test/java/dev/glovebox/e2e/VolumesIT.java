package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Parts of volumes and paths of the host in containers, under both kinds of kernel.
@SharedEngine
class VolumesIT {
    private static final String NAMESPACE = "volumes";
    @TempDir static Path host;
    private static ServerSocketChannel server;

    private final Engine engine;
    private final PodLab pods;

    VolumesIT(Engine engine, Kubectl kubectl) {
        this.engine = engine;
        this.pods = new PodLab(kubectl, NAMESPACE);
    }

    @BeforeAll
    static void makePods(Engine engine, Kubectl kubectl) throws IOException {
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(host.resolve("socket")));
        Files.writeString(host.resolve("file"), "of the host");
        Command.of("mknod", host.resolve("block").toString(), "b", "7", "200").run().ok();
        var all = new StringBuilder();
        for (var runtime : List.of("gvisor", "runc")) {
            all.append(parts(runtime, engine.busybox()))
                    .append(thief(runtime, engine.busybox()))
                    .append(hosted(runtime, engine.busybox()))
                    .append(misled(runtime, engine.busybox()));
        }
        new PodLab(kubectl, NAMESPACE).make(all.toString());
    }

    @AfterAll
    static void remove(Kubectl kubectl) throws IOException {
        new PodLab(kubectl, NAMESPACE).remove();
        server.close();
    }

    private static String parts(String runtime, String image) {
        return """
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: words-%1$s}
        data: {word: first}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: parts-%1$s}
        spec:
          runtimeClassName: %1$s
          terminationGracePeriodSeconds: 1
          volumes:
          - {name: disk, emptyDir: {}}
          - {name: memory, emptyDir: {medium: Memory}}
          - {name: words, configMap: {name: words-%1$s}}
          initContainers:
          - name: before
            image: %2$s
            command: [sh, -c, "mkdir /all/inner && echo kept > /all/inner/file && ln -s inner /all/near"]
            volumeMounts: [{name: disk, mountPath: /all}]
          containers:
          - name: main
            image: %2$s
            command: [sleep, "1000"]
            env: [{name: POD, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]
            volumeMounts:
            - {name: disk, mountPath: /all}
            - {name: disk, mountPath: /inner, subPath: inner}
            - {name: disk, mountPath: /near, subPath: near, readOnly: true}
            - {name: disk, mountPath: /one, subPath: inner/file}
            - {name: disk, mountPath: /made, subPathExpr: "logs/$(POD)"}
            - {name: words, mountPath: /word, subPath: word}
            - {name: words, mountPath: /words}
            - {name: memory, mountPath: /memory}
        """
                .formatted(runtime, image);
    }

    /// Wants the host's root directory by a link in its own volume.
    private static String thief(String runtime, String image) {
        return """
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: thief-%1$s}
        spec:
          runtimeClassName: %1$s
          terminationGracePeriodSeconds: 1
          volumes: [{name: disk, emptyDir: {}}]
          initContainers:
          - name: before
            image: %2$s
            command: [sh, -c, "ln -s /proc/self/root /all/away; ln -s ../../../../../../../../.. /all/up"]
            volumeMounts: [{name: disk, mountPath: /all}]
          containers:
          - name: main
            image: %2$s
            command: [sleep, "1000"]
            volumeMounts: [{name: disk, mountPath: /away, subPath: away}, {name: disk, mountPath: /up, subPath: up}]
        """
                .formatted(runtime, image);
    }

    private static String hosted(String runtime, String image) {
        return """
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: hosted-%1$s}
        spec:
          runtimeClassName: %1$s
          terminationGracePeriodSeconds: 1
          volumes:
          - {name: any, hostPath: {path: %3$s}}
          - {name: directory, hostPath: {path: %3$s, type: Directory}}
          - {name: made, hostPath: {path: %3$s/made-%1$s, type: DirectoryOrCreate}}
          - {name: file, hostPath: {path: %3$s/file, type: File}}
          - {name: new, hostPath: {path: %3$s/new-%1$s, type: FileOrCreate}}
          - {name: socket, hostPath: {path: %3$s/socket, type: Socket}}
          - {name: device, hostPath: {path: /dev/zero, type: CharDevice}}
          %4$s
          containers:
          - name: main
            image: %2$s
            command: [sleep, "1000"]
            volumeMounts:
            - {name: any, mountPath: /any, readOnly: true}
            - {name: directory, mountPath: /directory}
            - {name: made, mountPath: /made}
            - {name: file, mountPath: /file, readOnly: true}
            - {name: new, mountPath: /new}
            - {name: socket, mountPath: /socket}
            - {name: device, mountPath: /device}
            %5$s
        """
                .formatted(
                        runtime,
                        image,
                        host,
                        // gVisor mounts no block devices: "operation not permitted".
                        runtime.equals("gvisor")
                                ? ""
                                : "- {name: block, hostPath: {path: "
                                        + host
                                        + "/block, type: BlockDevice}}",
                        runtime.equals("gvisor") ? "" : "- {name: block, mountPath: /block}");
    }

    private static String misled(String runtime, String image) {
        return """
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: misled-%1$s}
        spec:
          runtimeClassName: %1$s
          terminationGracePeriodSeconds: 1
          volumes: [{name: host, hostPath: {path: %3$s/file, type: Directory}}]
          containers:
          - {name: main, image: %2$s, command: [sleep, "1000"], volumeMounts: [{name: host, mountPath: /host}]}
        """
                .formatted(runtime, image, host);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gvisor", "runc"})
    void a_part_of_a_volume_is_all_that_is_mounted(String runtime) throws IOException {
        var name = "parts-" + runtime;
        pods.awaitReady(name);
        assertThat(in(name, "cat /inner/file /near/file /one /word"))
                .isEqualTo("kept\nkept\nkept\nfirst");
        assertThat(in(name, "ls /inner")).isEqualTo("file");
        assertThat(in(name, "touch /near/x 2>&1 || true")).contains("Read-only file system");
        assertThat(in(name, "stat -c %A /all /memory")).isEqualTo("drwxrwxrwx\ndrwxrwxrwt");
        in(name, "echo 1 > /made/log; echo more >> /inner/file");
        assertThat(in(name, "cat /all/logs/" + name + "/log /one")).isEqualTo("1\nkept\nmore");
        var uid = pods.pod(name).at("/metadata/uid").asText();
        assertThat(mounts(uid)).contains("/volume-subpaths/disk/main/1 ");
        pods.run("delete", "pod", name);
        assertThat(mounts(uid)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gvisor", "runc"})
    void a_link_out_of_the_volume_keeps_its_container_out_until_it_leads_nowhere_else(
            String runtime) throws IOException {
        var name = "thief-" + runtime;
        pods.await(
                name,
                "/status/containerStatuses/0/state/waiting/reason",
                "CreateContainerConfigError");
        assertThat(pods.pod(name).at("/status/containerStatuses/0/state/waiting/message").asText())
                .isEqualTo(
                        "failed to prepare subPath for volumeMount \"disk\" of container \"main\"");
        pods.awaitEvent(
                name,
                "Error: failed to prepare subPath for volumeMount \"disk\" of container \"main\"");
        var disk = emptyDir(pods.pod(name).at("/metadata/uid").asText(), "disk");
        for (var link : List.of("away", "up")) {
            Files.delete(disk.resolve(link));
            Files.createDirectory(disk.resolve(link));
        }
        pods.awaitReady(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gvisor", "runc"})
    void paths_of_the_host_are_mounted_as_their_type_says(String runtime) throws IOException {
        var name = "hosted-" + runtime;
        pods.awaitReady(name);
        assertThat(in(name, "cat /file /any/file /directory/file"))
                .isEqualTo("of the hostof the hostof the host");
        in(name, "echo a > /made/a; echo b > /new");
        assertThat(host.resolve("made-" + runtime + "/a")).hasContent("a\n");
        assertThat(host.resolve("new-" + runtime)).hasContent("b\n");
        assertThat(in(name, "touch /any/x 2>&1 || true")).contains("Read-only file system");
        assertThat(in(name, "test -S /socket && test -c /device && echo are")).isEqualTo("are");
        if (runtime.equals("runc")) {
            assertThat(in(name, "test -b /block && echo is")).isEqualTo("is");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gvisor", "runc"})
    void a_path_of_another_type_keeps_its_pod_out(String runtime) {
        pods.awaitEvent(
                "misled-" + runtime,
                "MountVolume.SetUp failed for volume \"host\" : hostPath type check failed: "
                        + host.resolve("file")
                        + " is not a directory");
        assertThat(pods.pod("misled-" + runtime).at("/status/phase").asText()).isEqualTo("Pending");
    }

    private Path emptyDir(String uid, String volume) {
        var end = uid + "/volumes/kubernetes.io~empty-dir/" + volume;
        var find = Command.of("find", engine.dataDirectory().toString(), "-path", "*/pods/" + end);
        return Path.of(find.run().text());
    }

    private static String mounts(String uid) throws IOException {
        return String.join(
                "\n",
                Files.readAllLines(Path.of("/proc/self/mounts")).stream()
                        .filter(line -> line.contains(uid + "/volume-subpaths"))
                        .toList());
    }

    private String in(String name, String script) {
        return pods.run("exec", name, "-c", "main", "--", "sh", "-c", script).text();
    }
}
