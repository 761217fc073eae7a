package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/// `glovebox agent` is a node of Kubernetes' own API server, scheduler and controllers. In the long
/// profile, because they are built first; `ORACLE_DIR` names the directory whose
/// `kubernetes/build.sh` and `kubernetes/up.sh` build and start them, in namespaces of their own.
@Tag("long")
@RunsPods
class RealClusterIT extends AgentCases {
    private static final Path BUILT = Path.of("target", "oracle").toAbsolutePath();
    private static final String NETWORK = "10.233.0";
    private static final String NODE = "outside";
    private static final Map<String, String> CLUSTER =
            Map.of(
                    "BIN",
                    BUILT.resolve("bin").toString(),
                    "PARTS",
                    "etcd apiserver kcm scheduler",
                    "NET",
                    NETWORK,
                    "VETH",
                    "gbcluster0",
                    "NODE",
                    NODE,
                    "PODCIDR",
                    "10.245.0.0/24");

    private static Path cluster;
    private static JoinedAgent agent;

    @BeforeAll
    static void join() throws IOException {
        cluster = Files.createTempDirectory(Path.of("/tmp"), "gc");
        var programs =
                List.of("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler");
        for (var program : programs) {
            if (!Files.exists(BUILT.resolve("bin").resolve(program))) {
                script("build.sh", BUILT.toString(), program)
                        .within(Duration.ofMinutes(30))
                        .run()
                        .ok();
            }
        }
        script("up.sh", cluster.toString()).within(Duration.ofMinutes(3)).run().ok();
        var kubectl = new Kubectl(Kubectl.newest(), cluster.resolve("admin.kubeconfig"));
        kubectl.apply(Manifests.runtimeClass("gvisor", "runsc")).ok();
        kubectl.apply(Manifests.runtimeClass("runc", "runc")).ok();
        serving();
        agent =
                new JoinedAgent(
                        Engine.in(219),
                        kubectl,
                        new JoinedAgent.Files(
                                cluster.resolve("conf/kubelet.kubeconfig"),
                                cluster.resolve("pki/outside.crt"),
                                cluster.resolve("pki/outside.key")),
                        NODE,
                        NETWORK + ".1");
        agent.allow();
        agent.start();
    }

    /// A certificate of the cluster's authority for the address on which the agent serves.
    private static void serving() {
        var script =
                """
                openssl genrsa -out outside.key 2048
                openssl req -new -key outside.key -subj /O=system:nodes/CN=system:node:%1$s -out outside.csr
                printf 'subjectAltName=IP:%2$s.1' > outside.ext
                openssl x509 -req -in outside.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 \
                  -extfile outside.ext -out outside.crt
                """
                        .formatted(NODE, NETWORK);
        Command.of("sh", "-ec", "cd %s/pki && %s".formatted(cluster, script)).run().ok();
    }

    private static Command script(String name, String... words) {
        var oracle = System.getenv("ORACLE_DIR");
        assertThat(oracle).as("ORACLE_DIR, see docs/acceptance/pod-life.md").isNotBlank();
        var command = Command.of("bash", Path.of(oracle, "kubernetes", name).toString()).and(words);
        for (var variable : CLUSTER.entrySet()) {
            command = command.with(variable.getKey(), variable.getValue());
        }
        return command;
    }

    @AfterAll
    static void leave() throws InterruptedException {
        try {
            agent.stop();
            agent.engine().purge().ok();
        } finally {
            script("down.sh", cluster.toString(), "--wipe").run().ok();
        }
    }

    @Override
    JoinedAgent agent() {
        return agent;
    }

    @Override
    String[] administrator() {
        return new String[] {
            "--cert", cluster.resolve("pki/admin.crt").toString(),
            "--key", cluster.resolve("pki/admin.key").toString()
        };
    }
}
