package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Pods in a network that the user names: a bridge, in which nothing tells one pod's packets from
/// another's, and point-to-point links that are not the engine's own.
@RunsPods
class CniConfigIT {
    private static final Engine ENGINE = Engine.in(224);
    private static final String BRIDGE = "gbx224";
    private static final String TRUSTED = "trusted";
    private static final String UNTRUSTED = "untrusted";
    private static final String CLOSED =
            """
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: closed, namespace: trusted}
            spec: {podSelector: {matchLabels: {policy: closed}}, policyTypes: [Ingress]}
            """;

    @TempDir private Path directory;
    private Kubectl kubectl = new Kubectl(Path.of("kubectl"), Path.of("none"));

    private Ran up(Path config, String... more) {
        return ENGINE.upCommand("--cni-config", config.toString()).and(more).run();
    }

    private Path config(String type, String more) throws IOException {
        return Files.writeString(
                directory.resolve("net.conflist"),
                """
                {"cniVersion": "0.4.0", "name": "theirs", "plugins": [
                  {"type": "%s", %s "ipam": {"type": "host-local",
                    "ranges": [[{"subnet": "%s0.0/24"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
                  {"type": "portmap", "capabilities": {"portMappings": true}}]}
                """
                        .formatted(type, more, ENGINE.network()));
    }

    private void start(Path config) {
        up(config).ok();
        kubectl = ENGINE.kubectl();
        kubectl.apply(Manifests.namespace(TRUSTED, "trusted")).ok();
        kubectl.apply(Manifests.namespace(UNTRUSTED, "untrusted")).ok();
        kubectl.apply(CLOSED).ok();
    }

    private void pod(String namespace, String name, String label, String runtime) {
        var manifest =
                Manifests.pod(
                                name,
                                ENGINE.busybox(),
                                "echo here > /tmp/index.html; exec busybox httpd -f -p 8080 -h /tmp",
                                "runtimeClassName: " + runtime)
                        .replace("metadata:\n", "metadata:\n  labels: {policy: " + label + "}\n");
        kubectl.command("-n", namespace, "apply", "-f", "-").input(manifest).run().ok();
    }

    private Ran curl(String namespace, String pod) {
        var address = kubectl.get("-n", namespace, "pod", pod).at("/status/podIP").asText();
        return Command.of("curl", "-s", "--max-time", "2", "http://" + address + ":8080/").run();
    }

    private boolean reaches(String from, String to) {
        var address = kubectl.get("-n", TRUSTED, "pod", to).at("/status/podIP").asText();
        return kubectl.command("-n", TRUSTED, "exec", "-i", from, "--")
                .and("nc", "-w", "2", address, "8080")
                .input("GET / HTTP/1.0\r\n\r\n")
                .run()
                .out()
                .contains("200 OK");
    }

    private void awaitRefusal(String namespace, String pod, String why) {
        Await.until(() ->
                kubectl.run("-n", namespace, "get", "events", "-o", "wide")
                        .out()
                        .lines()
                        .anyMatch(line ->
                                line.contains("NetworkNotReady")
                                        && line.contains("pod/" + pod)
                                        && line.contains(why)));
        assertThat(
                        kubectl.get("-n", namespace, "pod", pod)
                                .at("/status/containerStatuses/0/started")
                                .asBoolean())
                .isFalse();
    }

    @AfterEach
    void nothing_is_left_after_a_purge() {
        var running = ENGINE.machineState();
        ENGINE.purge().ok();
        assertThat(ENGINE.machineState().left(running))
                .as("but the user's bridge, which the plugin leaves")
                .noneMatch(each -> !each.contains(BRIDGE));
        Command.of("ip", "link", "delete", BRIDGE).run();
    }

    /// Whoever needs rules is kept out by name, everybody else runs, and `status` says so.
    @Test
    void in_a_bridge_nobody_runs_whom_rules_would_have_to_bind() throws IOException {
        assertThat(up(directory.resolve("none.conflist")).err())
                .contains("--cni-config: ")
                .contains("none.conflist is not there; name a CNI configuration");
        start(config("bridge", "\"bridge\": \"" + BRIDGE + "\", \"isGateway\": true,"));
        pod(TRUSTED, "free", "none", "runc");
        pod(TRUSTED, "bound", "closed", "runc");
        pod(UNTRUSTED, "stranger", "none", "gvisor");
        kubectl.awaitReady(TRUSTED, "free");
        assertThat(curl(TRUSTED, "free").ok().out()).isEqualTo("here\n");
        awaitRefusal(TRUSTED, "bound", "a NetworkPolicy selects the pod");
        awaitRefusal(UNTRUSTED, "stranger", "its namespace is not trusted");
        assertThat(ENGINE.run("status").ok().out())
                .contains("Policies:  do not bind every pod of " + ENGINE.node() + ": 1 ");
        assertThat(ENGINE.status().required("unboundPods")).hasSize(1);
        // Broken from outside: without its policy the pod comes in.
        kubectl.run("-n", TRUSTED, "delete", "networkpolicy", "closed").ok();
        kubectl.command("-n", TRUSTED, "wait", "--for=condition=Ready", "pod/bound")
                .and("--timeout=30s")
                .within(Duration.ofSeconds(40))
                .run()
                .ok();
        // One that comes later is not left unheeded.
        kubectl.apply(CLOSED).ok();
        Await.until(() ->
                kubectl.get("-n", TRUSTED, "pod", "bound")
                        .at("/status/phase")
                        .asText()
                        .equals("Failed"));
        assertThat(kubectl.get("-n", TRUSTED, "pod", "bound").at("/status/reason").asText())
                .isEqualTo("NetworkNotReady");
        assertThat(curl(TRUSTED, "free").ok().out()).as("whom it does not select").isNotEmpty();
    }

    /// The API is a process of its own, which takes policies while the agent is away.
    @Test
    @Tag("long")
    void in_a_bridge_a_pod_leaves_whose_policy_came_while_its_agent_was_away() throws Exception {
        var api = Engine.in(226);
        try {
            api.upCommand("--no-node", "--default-trust", "trusted").run().ok();
            kubectl = api.kubectl();
            kubectl.apply(Manifests.runtimeClass("runc", "runc")).ok();
            kubectl.apply(Manifests.namespace(TRUSTED, "trusted")).ok();
            var agent = agent(api);
            agent.allow();
            agent.start();
            pod(TRUSTED, "free", "none", "runc");
            pod(TRUSTED, "bound", "closed", "runc");
            kubectl.awaitReady(TRUSTED, "free");
            kubectl.awaitReady(TRUSTED, "bound");
            assertThat(reaches("free", "bound")).isTrue();
            agent.stop();
            kubectl.apply(CLOSED).ok();
            agent.start();
            Await.until(() ->
                    kubectl.get("-n", TRUSTED, "pod", "bound")
                            .at("/status/phase")
                            .asText()
                            .equals("Failed"));
            assertThat(kubectl.get("-n", TRUSTED, "pod", "bound").at("/status/reason").asText())
                    .isEqualTo("NetworkNotReady");
            assertThat(curl(TRUSTED, "free").ok().out())
                    .as("whom it does not select")
                    .isEqualTo("here\n");
            agent.stop();
        } finally {
            api.purge().ok();
        }
    }

    private JoinedAgent agent(Engine api) throws IOException {
        var kubeconfig = Path.of(api.run("kubeconfig", "--node", "bridged").ok().text());
        var config = config("bridge", "\"bridge\": \"" + BRIDGE + "\", \"isGateway\": true,");
        return new JoinedAgent(
                ENGINE,
                kubectl,
                new JoinedAgent.Files(
                        kubeconfig,
                        kubeconfig.resolveSibling("kubelet.crt"),
                        kubeconfig.resolveSibling("kubelet.key")),
                "bridged",
                "127.0.0.1",
                "--cni-config",
                config.toString());
    }

    /// The same rules as in the engine's own network.
    @Test
    @Tag("long")
    void over_links_of_their_own_pods_are_bound() throws IOException {
        start(config("ptp", ""));
        pod(TRUSTED, "free", "none", "runc");
        pod(TRUSTED, "bound", "closed", "gvisor");
        pod(UNTRUSTED, "stranger", "none", "gvisor");
        kubectl.awaitReady(TRUSTED, "free");
        kubectl.awaitReady(TRUSTED, "bound");
        kubectl.awaitReady(UNTRUSTED, "stranger");
        assertThat(reaches("free", "bound")).isFalse();
        assertThat(curl(TRUSTED, "bound").ok().out()).isEqualTo("here\n");
        assertThat(ENGINE.status().required("unboundPods")).isEmpty();
        Command.of("nft", "delete", "table", "inet", "glovebox-" + ENGINE.mark()).run().ok();
        assertThat(reaches("free", "bound")).as("without the table").isTrue();
    }
}
