package dev.glovebox.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/// What a sandbox and its pod could leave on a machine where whoever made them was killed, put
/// there from outside: a network namespace with a link into it, a second link, an address and a
/// result of CNI that only libcni's cache tells of, a mount, a cgroup, a log, a lock of gVisor's.
///
/// @param uid of a pod that no API knows
/// @param sandbox an id that no containerd knows
record Planted(Engine engine, String uid, String sandbox, Path namespace) {
    static Planted in(Engine engine) throws IOException {
        var random = new Random();
        var id = "%016x".formatted(random.nextLong()).repeat(4);
        var uid = UUID.randomUUID().toString();
        var netns =
                engine.runDirectory()
                        .resolve("containerd/io.containerd.grpc.v1.cri/netns/cni-" + uid);
        var planted = new Planted(engine, uid, id, netns);
        planted.plant();
        return planted;
    }

    private void plant() throws IOException {
        Files.createFile(namespace);
        run("unshare", "--net=" + namespace, "true");
        run(
                List.of("nsenter", "--net=" + namespace),
                "ip link add eth0 type veth peer name " + link("a") + " netns 1");
        run("ip", "link", "add", link("b"), "type", "veth", "peer", "name", link("c"));
        var mac = Files.readString(Path.of("/sys/class/net", link("b"), "address")).strip();
        Files.createDirectories(result().getParent());
        Files.writeString(
                result(),
                """
                {"kind":"cniCacheV1","containerId":"%1$s","ifName":"eth0","networkName":"%2$s",
                 "result":{"cniVersion":"1.0.0","interfaces":[{"mac":"%3$s","name":"%4$s"},
                 {"mac":"02:00:00:00:00:01","name":"eth0","sandbox":"%5$s-gone"}]}}
                """
                        .formatted(sandbox, network(), mac, link("b"), namespace));
        Files.createDirectories(lease().getParent());
        Files.writeString(lease(), sandbox + "\r\neth0");
        Files.createDirectories(mount());
        run("mount", "-t", "tmpfs", "tmpfs", mount().toString());
        Files.createDirectories(cgroup());
        Files.createDirectories(log());
        Files.createFile(lock());
        Files.setLastModifiedTime(
                lock(), FileTime.from(Instant.now().minus(Duration.ofMinutes(2))));
    }

    /// The names by which [Holdings] counts them.
    List<String> names() throws IOException {
        return List.of(
                "NETWORK_NAMESPACE " + Files.getAttribute(namespace, "unix:ino"),
                "PATH " + namespace,
                "LINK " + link("a"),
                "LINK " + link("b"),
                "LINK " + link("c"),
                "PATH " + result(),
                "PATH " + lease(),
                "MOUNT " + mount(),
                "PATH " + mount(),
                "CGROUP " + cgroup(),
                "PATH " + log(),
                "PATH " + lock());
    }

    private String network() {
        return "glovebox-" + engine.mark();
    }

    private String link(String which) {
        return "veth" + uid.substring(0, 7) + which;
    }

    private Path result() {
        return Path.of("/var/lib/cni/results", network() + "-" + sandbox + "-eth0");
    }

    private Path lease() {
        return engine.dataDirectory()
                .resolve("cni/leases")
                .resolve(network())
                .resolve(engine.network() + "0.250");
    }

    private Path mount() {
        return engine.dataDirectory()
                .resolve("pods")
                .resolve(uid)
                .resolve("volumes/kubernetes.io~empty-dir/left");
    }

    private Path log() {
        return engine.dataDirectory().resolve("log/pods/default_left_" + uid);
    }

    private Path lock() {
        return engine.runDirectory()
                .resolve("run-runsc/k8s.io")
                .resolve(sandbox + "_sandbox:" + sandbox + ".lock");
    }

    private Path cgroup() {
        var root = Path.of("/sys/fs/cgroup");
        var pids = root.resolve("pids");
        return (Files.isDirectory(pids) ? pids : root)
                .resolve("glovebox/" + engine.node() + "/kubepods/besteffort/pod" + uid);
    }

    private static void run(List<String> line, String more) {
        Command.of(line).and(more.split(" ", -1)).run().ok();
    }

    private static void run(String... line) {
        Command.of(line).run().ok();
    }
}
