package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `glovebox agent`: the node agent as a process of its own, a client of an API over HTTPS, which
/// reaches it over TLS. The API here is ours; `RealClusterIT` has the real one.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AgentIT {
    private static final Engine API = Engine.in(216);
    private static final Engine AGENT = Engine.in(217);
    private static final String NODE = "joined";

    private static Kubectl kubectl;
    private static Path credentials;
    private static int port;
    private static Process agent;
    private static String image;

    @BeforeAll
    static void join() throws IOException, InterruptedException {
        API.upCommand("--no-node", "--default-trust", "trusted").run().ok();
        kubectl = API.kubectl();
        credentials =
                Path.of(API.run("kubeconfig", "--node", NODE).ok().text())
                        .resolve("..")
                        .normalize();
        kubectl.run("apply", "-f", Path.of("..", "packaging", "agent-rbac.yaml").toString()).ok();
        kubectl.run(
                        "create",
                        "clusterrolebinding",
                        NODE,
                        "--clusterrole=glovebox-agent",
                        "--user=system:node:" + NODE)
                .ok();
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        agent = started();
        image = AGENT.busybox();
    }

    private static Process started() {
        var process = command(credentials.resolve("kubeconfig")).startTo(log());
        kubectl.run("wait", "--for=create", "node/" + NODE, "--timeout=60s").ok();
        kubectl.run("wait", "--for=condition=Ready", "node/" + NODE, "--timeout=60s").ok();
        Await.until(() -> AGENT.run("status").text().contains("runsc"));
        return process;
    }

    private static Path log() {
        return credentials.resolve("agent.log");
    }

    private static Command command(Path kubeconfig) {
        return AGENT.command("agent", "--yes")
                .and("--kubeconfig", kubeconfig.toString())
                .and("--node-name", NODE, "--node-ip", "127.0.0.1", "--port", "" + port)
                .and("--pod-cidr", AGENT.network() + "0.0/24", "--default-trust", "trusted")
                .and("--tls-cert-file", credentials.resolve("kubelet.crt").toString())
                .and("--tls-private-key-file", credentials.resolve("kubelet.key").toString());
    }

    @AfterAll
    static void leave() throws InterruptedException {
        try {
            agent.destroy();
            agent.waitFor(60, TimeUnit.SECONDS);
            AGENT.purge().ok();
            assertThat(AGENT.machineState().toString()).doesNotContain(AGENT.mark());
        } finally {
            API.purge().ok();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gvisor", "runc"})
    @Order(1)
    void its_pods_run_and_their_streams_go_over_tls(String runtime) throws Exception {
        var pod = "pod-" + runtime;
        var script = "uname -r; mkdir /www; echo here > /www/index.html; httpd -f -h /www -p 8080";
        kubectl.apply(Manifests.pod(pod, image, script, "runtimeClassName: " + runtime)).ok();
        kubectl.run("wait", "--for=condition=Ready", "pod/" + pod, "--timeout=60s").ok();

        assertThat(kubectl.get("pod", pod).at("/spec/nodeName").asText()).isEqualTo(NODE);
        var kernel = Command.of("uname", "-r").run().ok().text();
        Await.until(() -> !kubectl.run("logs", pod).text().isEmpty());
        assertThat(kubectl.run("logs", pod).ok().text().equals(kernel))
                .isEqualTo(runtime.equals("runc"));
        assertThat(kubectl.run("exec", pod, "--", "cat", "/www/index.html").ok().text())
                .isEqualTo("here");
        var forward = kubectl.command("port-forward", "pod/" + pod, ":8080").start();
        try (var told = forward.inputReader()) {
            var local = told.readLine().replaceAll(".*127.0.0.1:(\\d+) ->.*", "$1");
            var page = Command.of("curl", "-s", "--max-time", "5", "http://127.0.0.1:" + local);
            assertThat(page.run().ok().text()).isEqualTo("here");
        } finally {
            forward.destroy();
            forward.waitFor();
        }
    }

    /// Who is nobody, who may not, and who may.
    @Test
    @Order(2)
    void the_api_server_says_who_may_ask_the_node() {
        var pki = API.dataDirectory().resolve("pki");
        assertThat(asked()).isEqualTo("401");
        assertThat(asked("-H", "Authorization: Bearer nonsense")).isEqualTo("401");
        assertThat(asked(pair(pki, "admin"))).isEqualTo("200");
        var account = kubectl.run("create", "token", "default").ok().text();
        assertThat(asked("-H", "Authorization: Bearer " + account)).isEqualTo("403");
        var name = "--serviceaccount=default:default";
        kubectl.run("create", "clusterrole", "asks", "--verb=get", "--resource=nodes/proxy").ok();
        kubectl.run("create", "clusterrolebinding", "asks", "--clusterrole=asks", name).ok();
        assertThat(asked("-H", "Authorization: Bearer " + account)).isEqualTo("200");
        kubectl.run("delete", "clusterrolebinding", "asks").ok();
        assertThat(asked("-H", "Authorization: Bearer " + account)).isEqualTo("403");
    }

    private static String[] pair(Path pki, String name) {
        return new String[] {
            "--cert", pki.resolve(name + ".crt").toString(),
            "--key", pki.resolve(name + ".key").toString()
        };
    }

    private static String asked(String... words) {
        return Command.of("curl", "-sk", "-o", "/dev/null", "-w", "%{http_code}")
                .and(words)
                .and("https://127.0.0.1:" + port + "/pods")
                .run()
                .out();
    }

    @Test
    @Order(3)
    void a_new_agent_adopts_what_runs() throws Exception {
        var before = kubectl.get("pod", "pod-gvisor").at("/status/containerStatuses/0").toString();
        agent.destroy();
        assertThat(agent.waitFor(60, TimeUnit.SECONDS)).isTrue();
        agent = started();
        assertThat(kubectl.get("pod", "pod-gvisor").at("/status/containerStatuses/0").toString())
                .isEqualTo(before);
        assertThat(kubectl.run("exec", "pod-gvisor", "--", "echo", "there").ok().text())
                .isEqualTo("there");
    }

    /// An API of another authority, and one that is not there.
    @Test
    @Order(4)
    void an_api_that_cannot_be_asked_is_named() throws Exception {
        agent.destroy();
        assertThat(agent.waitFor(60, TimeUnit.SECONDS)).isTrue();
        var text = Files.readString(credentials.resolve("kubeconfig"));
        var wrong = credentials.resolve("wrong");
        Files.writeString(wrong, text.replaceAll("(server: https://[^:]*):\\d+", "$1:1"));
        var ran = command(wrong).run();
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err()).startsWith("glovebox: ").contains("GET /api/v1/nodes/" + NODE);
        Files.writeString(wrong, "kind: Config");
        assertThat(command(wrong).run().err()).contains("has no current context");
        assertThat(AGENT.run("up", "--yes").err()).contains("is an agent's");
    }
}
