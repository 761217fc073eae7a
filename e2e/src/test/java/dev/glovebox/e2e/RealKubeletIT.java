package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/// Kubernetes' own kubelet joins our control plane and runs pods. In the long profile, because it
/// is built first; `ORACLE_DIR` names the directory whose `kubernetes/build.sh` and
/// `kubernetes/up.sh` build it and give it a containerd in namespaces of its own.
@Tag("long")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@RunsPods
class RealKubeletIT {
    private static final Engine ENGINE = Engine.in(215);
    private static final Path BUILT = Path.of("target", "oracle").toAbsolutePath();
    private static final String NETWORK = "10.232.0";
    private static final String NODE = "joined";
    private static final String CGROUP = "/glovebox-joined";
    private static final String IMAGE = "example.test/busybox:1";
    private static final Map<String, String> CLUSTER =
            Map.of(
                    "BIN",
                    BUILT.resolve("bin").toString(),
                    "PARTS",
                    "containerd",
                    "NET",
                    NETWORK,
                    "VETH",
                    "gbjoined0",
                    "NODE",
                    NODE,
                    "CGROOT",
                    CGROUP,
                    "PODCIDR",
                    "10.245.0.0/24");

    private static Path machine;
    private static Kubectl kubectl;
    private static Process kubelet;

    @BeforeAll
    static void join() throws IOException {
        machine = Files.createTempDirectory(Path.of("/tmp"), "gk");
        if (!Files.exists(BUILT.resolve("bin/kubelet"))) {
            script("build.sh", BUILT.toString(), "kubelet")
                    .within(Duration.ofMinutes(30))
                    .run()
                    .ok();
        }
        script("up.sh", machine.toString()).within(Duration.ofMinutes(3)).run().ok();
        importImages();
        ENGINE.upCommand("--no-node", "--listen", NETWORK + ".1:0", "--default-trust", "trusted")
                .run()
                .ok();
        kubectl = ENGINE.kubectl();
        kubelet = startKubelet(NODE);
    }

    @AfterAll
    static void leave() {
        try {
            script("down.sh", machine.toString(), "--wipe").run().ok();
        } finally {
            ENGINE.purge().ok();
        }
    }

    private static Command script(String name, String... words) {
        var oracle = System.getenv("ORACLE_DIR");
        assertThat(oracle).as("ORACLE_DIR, see docs/acceptance/kinds-as-data.md").isNotBlank();
        var command = Command.of("bash", Path.of(oracle, "kubernetes", name).toString()).and(words);
        for (var variable : new TreeMap<>(CLUSTER).entrySet()) {
            command = command.with(variable.getKey(), variable.getValue());
        }
        return command;
    }

    /// A command in the kubelet's namespaces.
    private static Command inside(String... words) throws IOException {
        var holder = Files.readString(machine.resolve("run/holder.pid")).strip();
        return Command.of("nsenter", "-t", holder, "-m", "-n", "-p").and(words);
    }

    /// busybox, as itself and as the pause container: it sleeps as well as any.
    private static void importImages() throws IOException {
        var root = machine.resolve("image");
        var bin = Files.createDirectories(root.resolve("bin"));
        Files.copy(Path.of("/bin/busybox"), bin.resolve("busybox"));
        for (var applet : List.of("sh", "sleep", "cat", "id")) {
            Files.createSymbolicLink(bin.resolve(applet), Path.of("busybox"));
        }
        var image = Image.of(root, List.of("/bin/sleep", "2147483647"));
        for (var name : List.of("registry.k8s.io/pause:3.10.1", IMAGE)) {
            var archive = machine.resolve("image.tar");
            image.dockerSave(name, archive);
            inside(machine.resolve("root/usr/bin/ctr").toString())
                    .and("-a", machine.resolve("containerd.sock").toString())
                    .and("-n", "k8s.io", "images", "import", archive.toString())
                    .run()
                    .ok();
        }
    }

    /// Starts the kubelet with what was made for it, and the serving certificate of `server`.
    private static Process startKubelet(String server) throws IOException {
        var kubeconfig = Path.of(ENGINE.run("kubeconfig", "--node", NODE).ok().text());
        var serving = Path.of(ENGINE.run("kubeconfig", "--node", server).ok().text()).getParent();
        var configuration =
                Files.writeString(
                        machine.resolve("kubelet.yaml"),
                        """
                        apiVersion: kubelet.config.k8s.io/v1beta1
                        kind: KubeletConfiguration
                        authentication:
                          anonymous: {enabled: false}
                          webhook: {enabled: true}
                          x509: {clientCAFile: %1$s/ca.crt}
                        authorization: {mode: Webhook}
                        tlsCertFile: %1$s/kubelet.crt
                        tlsPrivateKeyFile: %1$s/kubelet.key
                        cgroupDriver: cgroupfs
                        cgroupRoot: %2$s
                        containerRuntimeEndpoint: unix://%3$s/containerd.sock
                        failSwapOn: false
                        failCgroupV1: false
                        oomScoreAdj: 0
                        resolvConf: %3$s/conf/resolv.conf
                        evictionHard: {memory.available: 100Mi}
                        """
                                .formatted(serving, CGROUP, machine));
        makeCgroups();
        var programs = machine.resolve("root/usr");
        var started =
                inside(BUILT.resolve("bin/kubelet").toString())
                        .and("--config", configuration.toString())
                        .and("--kubeconfig", kubeconfig.toString())
                        .and("--hostname-override", NODE, "--node-ip", NETWORK + ".2")
                        .and("--cert-dir", machine.resolve("kubeletpki").toString())
                        .with(
                                "PATH",
                                "%1$s/bin:%1$s/sbin:%2$s"
                                        .formatted(programs, System.getenv("PATH")))
                        .startTo(machine.resolve("log/kubelet.log"));
        kubectl.run("wait", "--for=create", "node/" + NODE, "--timeout=60s").ok();
        kubectl.run("wait", "--for=condition=Ready", "node/" + NODE, "--timeout=60s").ok();
        return started;
    }

    /// A new cpuset of cgroup v1 is empty, and nothing starts in it.
    private static void makeCgroups() throws IOException {
        try (var hierarchies = Files.newDirectoryStream(Path.of("/sys/fs/cgroup"))) {
            for (var hierarchy : hierarchies) {
                if (Files.exists(hierarchy.resolve("cgroup.procs"))) {
                    var own = Path.of(hierarchy + CGROUP);
                    Files.createDirectories(own);
                    for (var file : List.of("cpuset.cpus", "cpuset.mems")) {
                        if (Files.exists(hierarchy.resolve(file))) {
                            Files.writeString(
                                    own.resolve(file), Files.readString(hierarchy.resolve(file)));
                        }
                    }
                }
            }
        }
    }

    @Test
    @Order(1)
    void it_registers_and_keeps_its_objects() {
        var node = Kubectl.json(kubectl.run("get", "node", NODE, "-o", "json").ok().out());
        assertThat(node.at("/status/nodeInfo/kubeletVersion").textValue()).startsWith("v1.34");
        for (var kept : List.of("csinode/" + NODE, "lease/" + NODE)) {
            kubectl.run("-n", "kube-node-lease", "wait", "--for=create", kept, "--timeout=30s")
                    .ok();
        }
    }

    @Test
    @Order(2)
    void it_runs_a_pod_whose_log_and_streams_go_through_us() {
        var began = Instant.now();
        kubectl.run("create", "configmap", "told", "--from-literal=word=hello").ok();
        kubectl.apply(
                        Manifests.pod(
                                        "talks",
                                        IMAGE,
                                        "echo $(cat /told/word); sleep 1000",
                                        "volumes: [{name: told, configMap: {name: told}}]")
                                + "    volumeMounts: [{name: told, mountPath: /told}]\n")
                .ok();
        kubectl.awaitReady("default", "talks");
        System.out.printf(
                "create to Ready: %d ms%n", Duration.between(began, Instant.now()).toMillis());
        awaitLog("hello\n");
        assertThat(kubectl.run("exec", "talks", "--", "id", "-u").ok().text()).isEqualTo("0");
        assertThat(
                        kubectl.command("exec", "-i", "talks", "--", "cat")
                                .input("through\n")
                                .run()
                                .ok()
                                .out())
                .isEqualTo("through\n");
        assertThat(kubectl.run("exec", "talks", "--", "sh", "-c", "exit 7").exit()).isEqualTo(7);
    }

    /// The way to a kubelet is for that kubelet alone: the same one under another node's
    /// certificate, good as it is, gets nothing from us.
    @Test
    @Order(3)
    void another_nodes_certificate_is_not_spoken_to() throws IOException, InterruptedException {
        stopKubelet();
        kubelet = startKubelet("other");
        var refused = kubectl.run("logs", "talks");
        assertThat(refused.exit()).isNotZero();
        assertThat(refused.err()).contains("system:node:other", "not for system:node:" + NODE);

        stopKubelet();
        kubelet = startKubelet(NODE);
        awaitLog("hello\n");
    }

    @Test
    @Order(4)
    void it_ends_a_pod_that_is_deleted() {
        kubectl.run("delete", "pod", "talks", "--grace-period=1", "--timeout=60s").ok();
        assertThat(kubectl.run("get", "pods", "-o", "name").ok().text()).isEmpty();
    }

    /// A kubelet that has just started does not know its pods yet, and a container that has just
    /// started has not spoken yet.
    private static void awaitLog(String text) {
        Await.until(() -> kubectl.run("logs", "talks").out().equals(text));
    }

    private static void stopKubelet() throws InterruptedException {
        kubelet.descendants().forEach(ProcessHandle::destroy);
        kubelet.destroy();
        kubelet.waitFor();
    }
}
