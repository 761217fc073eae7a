package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.testkit.Await;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Pods that name their node themselves, so that no scheduler asked what the node has.
@SharedEngine
class SentPodsIT {
    private static final String NAMESPACE = "sent";
    private final Engine engine;
    private final Kubectl kubectl;

    SentPodsIT(Engine engine, Kubectl kubectl) {
        this.engine = engine;
        this.kubectl = kubectl;
    }

    @BeforeAll
    static void makeNamespace(Kubectl kubectl) {
        kubectl.apply(Manifests.namespace(NAMESPACE, "trusted")).ok();
    }

    @AfterAll
    static void removeIt(Kubectl kubectl) {
        kubectl.run("label", "nodes", "--all", "sent-").ok();
        kubectl.run("delete", "namespace", NAMESPACE, "--timeout=90s").ok();
    }

    @Test
    void what_the_node_has_not_is_not_promised() {
        send("large", "resources: {requests: {cpu: 1000}}");
        assertThat(rejected("large", "OutOfcpu"))
                .matches(
                        "Pod was rejected: Node didn't have enough resource: cpu,"
                                + " requested: 1000000, used: [0-9]+, capacity: [0-9]+");
    }

    @Test
    void a_node_that_is_not_meant_takes_the_pod_once_it_is() {
        send("early", "resources: {}", "nodeSelector: {sent: here}");
        assertThat(rejected("early", "NodeAffinity"))
                .isEqualTo(
                        "Pod was rejected: Predicate NodeAffinity failed:"
                                + " node(s) didn't match Pod's node affinity/selector");
        kubectl.run("label", "nodes", "--all", "sent=here").ok();
        send("late", "resources: {}", "nodeSelector: {sent: here}");
        kubectl.awaitReady(NAMESPACE, "late");
    }

    @Test
    void a_port_of_the_node_has_one_pod_at_a_time() {
        String port = "ports: [{containerPort: 8080, hostPort: 18082}]";
        send("has", port);
        kubectl.awaitReady(NAMESPACE, "has");
        send("wants", port);
        assertThat(rejected("wants", "NodePorts"))
                .isEqualTo(
                        "Pod was rejected: Predicate NodePorts failed:"
                                + " node(s) didn't have free ports for the requested pod ports");
        kubectl.run("-n", NAMESPACE, "delete", "pod", "has").ok();
        send("gets", port);
        kubectl.awaitReady(NAMESPACE, "gets");
    }

    private void send(String name, String container, String... pod) {
        var node = kubectl.get("nodes").at("/items/0/metadata/name").asText();
        var lines =
                Stream.concat(
                                Stream.of("runtimeClassName: gvisor", "nodeName: " + node),
                                Stream.of(pod))
                        .toArray(String[]::new);
        var manifest =
                Manifests.pod(name, engine.busybox(), "exec sleep 1000", lines)
                        + "    "
                        + container
                        + "\n";
        kubectl.command("-n", NAMESPACE, "apply", "-f", "-").input(manifest).run().ok();
    }

    /// The message of a pod that failed for that reason, which is told as an event as well.
    private String rejected(String name, String reason) {
        Await.until(() -> status(name).path("phase").asText().equals("Failed"));
        assertThat(status(name).path("reason").asText()).isEqualTo(reason);
        Await.until(() -> kubectl.events(NAMESPACE, name).contains(reason));
        return status(name).path("message").asText();
    }

    private JsonNode status(String name) {
        return kubectl.get("-n", NAMESPACE, "pod", name).path("status");
    }
}
