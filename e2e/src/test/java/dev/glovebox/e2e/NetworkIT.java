package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.testkit.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What pods reach over the network. Each claim that something cannot be reached stands beside one
/// where the same thing is reached, from a pod that may.
@SharedEngine
class NetworkIT {
    private static final String NAMESPACE = "net";
    private static Outside outside;
    private static String web = "";
    private final Engine engine;
    private final Kubectl kubectl;

    NetworkIT(Engine engine, Kubectl kubectl) {
        this.engine = engine;
        this.kubectl = kubectl;
    }

    @BeforeAll
    static void makeTargets(Engine engine, Kubectl kubectl) {
        outside = new Outside("/bin/busybox");
        kubectl.apply(Manifests.namespace(NAMESPACE, "trusted")).ok();
        for (var runtime : new String[] {"gvisor", "runc"}) {
            start(engine, kubectl, "web-" + runtime, runtime, "");
        }
        web = address(kubectl, "web-runc");
    }

    @AfterAll
    static void removeThem(Kubectl kubectl) {
        outside.close();
        kubectl.run("delete", "namespace", NAMESPACE).ok();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gvisor", "runc"})
    void a_pod_is_reached_from_the_machine(String runtime) {
        assertThat(curl(address(kubectl, "web-" + runtime)).ok().out()).isEqualTo("here\n");
    }

    /// Through the API server, by the pod and by a service that it is behind.
    @ParameterizedTest
    @ValueSource(strings = {"gvisor", "runc"})
    void a_pod_is_reached_through_the_api(String runtime) throws InterruptedException {
        var name = "web-" + runtime;
        var place = "/api/v1/namespaces/" + NAMESPACE;
        assertThat(raw(place + "/pods/" + name + ":8080/proxy/index.html").ok().out())
                .isEqualTo("here\n");
        assertThat(raw(place + "/pods/" + name + ":8080/proxy/none").exit()).isEqualTo(1);
        var refused = raw(place + "/pods/" + name + ":8081/proxy/");
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.err()).contains("error trying to reach service");

        kubectl.run("-n", NAMESPACE, "label", "pod", name, "app=" + name).ok();
        kubectl.run("-n", NAMESPACE, "create", "service", "clusterip", name, "--tcp=80:8080").ok();
        var service = place + "/services/" + name + ":80/proxy/";
        // A controller finds its pods.
        Await.until(() -> raw(service).exit() == 0);
        assertThat(raw(service).ok().out()).isEqualTo("here\n");
    }

    /// Over both transports of kubectl; what listens on the pod's own loopback too. Where nobody
    /// listens kubectl says so.
    @ParameterizedTest
    @CsvSource({"gvisor,true", "gvisor,false", "runc,true", "runc,false"})
    void ports_are_forwarded(String runtime, String webSockets) throws Exception {
        var pod = "web-" + runtime;
        var forward =
                kubectl.command(
                                "-n",
                                NAMESPACE,
                                "port-forward",
                                "pod/" + pod,
                                ":8080",
                                ":8090",
                                ":8099")
                        .with("KUBECTL_PORT_FORWARD_WEBSOCKETS", webSockets)
                        .start();
        try (var told = forward.inputReader();
                var failed = forward.errorReader()) {
            var ports = new ArrayList<String>();
            for (var line = told.readLine(); ports.size() < 3; line = told.readLine()) {
                if (line.startsWith("Forwarding from 127.0.0.1:")) {
                    ports.add(line.replaceAll(".*:(\\d+) ->.*", "$1"));
                }
            }
            assertThat(local(ports.get(0)).ok().out()).isEqualTo("here\n");
            assertThat(local(ports.get(1)).ok().out()).as("its loopback").isEqualTo("here\n");
            assertThat(local(ports.get(2)).exit()).isNotZero();
            assertThat(failed.readLine())
                    .contains("an error occurred forwarding")
                    .contains("error forwarding port 8099 to pod ")
                    .contains("failed to connect to localhost:8099 inside ");
        } finally {
            forward.destroy();
            forward.waitFor();
        }
    }

    private static Ran local(String port) {
        return Command.of("curl", "-s", "--max-time", "5", "http://127.0.0.1:" + port + "/").run();
    }

    @Test
    void a_nodes_own_api_is_reached_through_the_api() {
        var node = "/api/v1/nodes/" + engine.node() + "/proxy/";
        assertThat(raw(node + "healthz").ok().out()).isEqualTo("ok");
        assertThat(raw(node + "pods").ok().out()).contains("\"web-gvisor\"");
        assertThat(raw(node + "none").exit()).isEqualTo(1);
    }

    private Ran raw(String path) {
        return kubectl.run("get", "--raw", path);
    }

    @ParameterizedTest
    @CsvSource({"gvisor,runc", "runc,gvisor"})
    void pods_reach_each_other(String from, String to) {
        assertThat(wget(3, from, to).ok().out()).isEqualTo("here\n");
    }

    @ParameterizedTest
    @CsvSource({"gvisor,runc", "runc,gvisor"})
    void a_policy_binds_what_comes_to_a_pod_and_what_goes(String from, String to) {
        label("web-" + to, "policy=bound");
        var bound = address(kubectl, "web-" + to);
        try {
            kubectl.apply(Manifests.friendsOnly(NAMESPACE)).ok();
            Await.until(() -> !reaches(from, to));
            assertThat(reaches(to, from)).as("what goes").isFalse();
            assertThat(curl(bound).ok().out()).as("from the node").isEqualTo("here\n");
            label("web-" + from, "role=friend");
            Await.until(() -> reaches(from, to));
            label("web-" + from, "role-");
            Await.until(() -> !reaches(from, to));
            withoutRules(() -> Await.until(() -> reaches(from, to)));
            assertThat(reaches(from, to)).as("with the rules again").isFalse();
        } finally {
            kubectl.run("-n", NAMESPACE, "delete", "networkpolicy", "bound").ok();
            label("web-" + to, "policy-");
        }
        Await.until(() -> reaches(from, to));
    }

    /// A pod is bound from its first packet on, though it comes after its policy.
    @ParameterizedTest
    @ValueSource(strings = {"gvisor", "runc"})
    void a_pod_that_comes_later_is_bound_at_once(String runtime) {
        var policy =
                """
                apiVersion: networking.k8s.io/v1
                kind: NetworkPolicy
                metadata: {name: closed, namespace: %s}
                spec: {podSelector: {matchLabels: {policy: closed}}, policyTypes: [Egress]}
                """
                        .formatted(NAMESPACE);
        kubectl.apply(policy).ok();
        try {
            tries("late-" + runtime, runtime, "closed");
            tries("free-" + runtime, runtime, "open");
            assertThat(said("free-" + runtime)).isEqualTo("reached\n");
            assertThat(said("late-" + runtime)).isEqualTo("kept\n");
        } finally {
            kubectl.run("-n", NAMESPACE, "delete", "networkpolicy", "closed").ok();
        }
    }

    /// A pod with that label, which says whether it reaches another at once.
    private void tries(String name, String runtime, String label) {
        var script = "nc -w 3 " + web + " 8080 </dev/null 2>/dev/null && echo reached || echo kept";
        var manifest =
                Manifests.pod(name, engine.busybox(), script, "runtimeClassName: " + runtime)
                        .replace("metadata:\n", "metadata:\n  labels: {policy: " + label + "}\n");
        kubectl.command("-n", NAMESPACE, "apply", "-f", "-").input(manifest).run().ok();
    }

    private String said(String name) {
        Await.until(() -> !kubectl.run("-n", NAMESPACE, "logs", name).out().isEmpty());
        return kubectl.run("-n", NAMESPACE, "logs", name).ok().out();
    }

    private void label(String pod, String label) {
        kubectl.run("-n", NAMESPACE, "label", "--overwrite", "pod", pod, label).ok();
    }

    private boolean reaches(String from, String to) {
        return wget(1, from, to).exit() == 0;
    }

    private Ran wget(int seconds, String from, String to) {
        // Not wget's own -T, at which Debian's static busybox 1.35 crashes.
        return kubectl.run(
                "-n",
                NAMESPACE,
                "exec",
                "web-" + from,
                "--",
                "timeout",
                Integer.toString(seconds),
                "wget",
                "-qO-",
                "http://" + address(kubectl, "web-" + to) + ":8080/");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gvisor", "runc"})
    void run_reaches_nothing_unless_told_otherwise(String isolation) {
        var targets = List.of(web + ":8080", Outside.ADDRESS + ":80", engine.network() + "0.1:22");
        assertThat(reached(isolation, "none", targets)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gvisor", "runc"})
    void run_with_the_internet_reaches_public_addresses_and_no_pods(String isolation) {
        var outside = Outside.ADDRESS + ":80";
        assertThat(reached(isolation, "internet", List.of(outside, web + ":8080")))
                .containsExactly(outside + " outside");
    }

    @Test
    void a_pod_without_a_network_is_not_reached_either() {
        start(engine, kubectl, "silent", "runc", "none");
        var address = kubectl.get("-n", NAMESPACE, "pod", "silent").at("/status/podIP").asText();
        assertThat(address).isNotEmpty();
        assertThat(curl(address).exit()).isNotZero();
        assertThat(
                        kubectl.run(
                                        "-n",
                                        NAMESPACE,
                                        "exec",
                                        "web-runc",
                                        "--",
                                        "nc",
                                        "-w",
                                        "2",
                                        address,
                                        "8080")
                                .exit())
                .isEqualTo(1);
    }

    @Test
    void the_rules_are_what_stops_it() {
        start(engine, kubectl, "freed", "runc", "none");
        var line =
                new String[] {"-n", NAMESPACE, "exec", "freed", "--", "nc", "-w", "2", web, "8080"};
        assertThat(kubectl.command(line).input("GET / HTTP/1.0\r\n\r\n").run().exit()).isEqualTo(1);
        withoutRules(() ->
                // The first packets may still be lost to the address resolution that failed before.
                assertThat(IntStream.range(0, 5).map(i -> kubectl.command(line).run().exit()))
                        .contains(0));
    }

    /// Breaks the rules from outside, and puts them back.
    private void withoutRules(Runnable check) {
        var table = "glovebox-" + engine.mark();
        NftTable.inet(table).missing(() -> new NftTable("arp", table).missing(check));
    }

    /// Which of the targets a container reaches that tries all at once, and what each says.
    private List<String> reached(String isolation, String network, List<String> targets) {
        var script =
                "for to in %s; do said=$(nc -w 3 ${to%%:*} ${to#*:} </dev/null) && echo $to $said & done; wait"
                        .formatted(String.join(" ", targets));
        return engine.run(
                        "run",
                        "--isolation",
                        isolation,
                        "--network",
                        network,
                        "--",
                        "sh",
                        "-c",
                        script)
                .ok()
                .lines();
    }

    private static Ran curl(String address) {
        return Command.of("curl", "-s", "--max-time", "3", "http://" + address + ":8080/").run();
    }

    private static void start(
            Engine engine, Kubectl kubectl, String name, String runtime, String network) {
        var script =
                "mkdir /tmp/w; echo here > /tmp/w/index.html; httpd -p 127.0.0.1:8090 -h /tmp/w;"
                        + " exec httpd -f -p 8080 -h /tmp/w";
        var manifest =
                Manifests.pod(name, engine.busybox(), script, "runtimeClassName: " + runtime);
        if (!network.isEmpty()) {
            manifest =
                    manifest.replace(
                            "metadata:\n",
                            "metadata:\n  annotations: {glovebox.dev/network: " + network + "}\n");
        }
        kubectl.command("-n", NAMESPACE, "apply", "-f", "-").input(manifest).run().ok();
        kubectl.awaitReady(NAMESPACE, name);
    }

    private static String address(Kubectl kubectl, String pod) {
        return kubectl.get("-n", NAMESPACE, "pod", pod).at("/status/podIP").asText();
    }
}
