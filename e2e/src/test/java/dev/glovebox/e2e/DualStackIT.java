package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Two nodes whose pods have an address of each family: a web server under runc on the first, one
/// under gVisor on the other.
@Tag("long")
@RunsPods
class DualStackIT {
    private static final Engine ENGINE = Engine.in(223);
    private static final Path OFF = Path.of("/proc/sys/net/ipv6/conf/all/disable_ipv6");
    private static final Path ROUTING = Path.of("/proc/sys/net/ipv6/conf/all/forwarding");
    private static final String RANGES = ENGINE.network() + "0.0/16,fd00:223::/56";
    private static final String OTHER = ENGINE.node() + "-worker1";
    private static final String NAMESPACE = "both";

    private static String routedBefore = "";
    private static Kubectl kubectl = new Kubectl(Path.of("kubectl"), Path.of("none"));
    private static WebPods pods = new WebPods(ENGINE, kubectl, NAMESPACE);

    @BeforeAll
    static void start() throws IOException {
        assertThat(OFF).as("this machine has no IPv6, which these tests need").hasContent("0");
        routedBefore = Files.readString(ROUTING);
        ENGINE.command(
                        "up",
                        "--yes",
                        "--node-name",
                        ENGINE.node(),
                        "--measure-after",
                        "never",
                        "--pod-cidr",
                        RANGES)
                .and("--listen", "127.0.0.1:0", "--nodes", "2")
                .and("--runtimes", OTHER + "=runc,gvisor")
                .within(Duration.ofMinutes(5))
                .run()
                .ok();
        kubectl = ENGINE.kubectl();
        pods = new WebPods(ENGINE, kubectl, NAMESPACE);
        kubectl.apply(Manifests.namespace(NAMESPACE, "trusted")).ok();
        pods.make("runc", ENGINE.node(), port("runc"));
        pods.make("gvisor", OTHER, port("gvisor"));
        for (var each : new String[] {"runc", "gvisor"}) {
            kubectl.awaitReady(NAMESPACE, each);
        }
    }

    private static int port(String runtime) {
        return runtime.equals("runc") ? 28_231 : 28_232;
    }

    @AfterAll
    static void after_a_purge_nothing_is_left_and_the_machine_routes_as_before()
            throws IOException {
        if (routedBefore.isEmpty()) {
            return;
        }
        var running = ENGINE.machineState();
        assertThat(ROUTING).hasContent("1");
        ENGINE.purge().ok();
        assertThat(ENGINE.machineState().left(running)).isEmpty();
        assertThat(ROUTING).hasContent(routedBefore);
        assertThat(Command.of("ip", "-6", "route").run().ok().out()).doesNotContain("fd00:223:");
    }

    @Test
    void nodes_and_pods_are_told_with_the_addresses_of_both() {
        assertThat(kubectl.get("node", ENGINE.node()).at("/spec/podCIDRs/1").asText())
                .isEqualTo("fd00:223::/64");
        assertThat(kubectl.get("node", OTHER).at("/spec/podCIDRs/1").asText())
                .isEqualTo("fd00:223:0:1::/64");
        assertThat(address("runc", 0)).startsWith(ENGINE.network() + "0.");
        assertThat(address("runc", 1)).startsWith("fd00:223::");
        assertThat(address("gvisor", 1)).startsWith("fd00:223:0:1::");
        var hosts = kubectl.run("-n", NAMESPACE, "exec", "gvisor", "--", "cat", "/etc/hosts").ok();
        assertThat(hosts.out()).contains(address("gvisor", 1) + "\tgvisor\n");
    }

    @ParameterizedTest
    @CsvSource({"runc", "gvisor"})
    void the_machine_reaches_a_pod_at_both_and_by_its_own_port(String pod) {
        var both = address(pod, 0) + "," + address(pod, 1) + "\n";
        assertThat(WebPods.curl(address(pod, 0) + ":8080").ok().out()).isEqualTo(both);
        assertThat(WebPods.curl("[" + address(pod, 1) + "]:8080").ok().out()).isEqualTo(both);
        assertThat(WebPods.curl("[" + hostAddress(pod) + "]:" + port(pod)).ok().out())
                .isEqualTo(both);
    }

    /// The node's IPv6 address; a machine without one has the gateway of its pods.
    private static String hostAddress(String pod) {
        var shown = kubectl.get("-n", NAMESPACE, "pod", pod).at("/status/hostIPs/1/ip").asText("");
        return shown.isEmpty() ? "fd00:223::1" : shown;
    }

    /// From one node to the other.
    @ParameterizedTest
    @CsvSource({"gvisor,runc", "runc,gvisor"})
    void a_policy_binds_ipv6(String from, String to) {
        Await.until(() -> reaches(from, to));
        block(to, "fd00:223::/56", address(from, 1) + "/128");
        Await.until(() -> !reaches(from, to));
        assertThat(WebPods.curl("[" + address(to, 1) + "]:8080").exit())
                .as("from the node")
                .isZero();
        withoutRules(to, () -> Await.until(() -> reaches(from, to)));
        Await.until(() -> !reaches(from, to));
        block(to, "fd00:223::/56", "fd00:223:0:ff::/64");
        Await.until(() -> reaches(from, to));
        kubectl.run("-n", NAMESPACE, "delete", "networkpolicy", "block").ok();
    }

    @Test
    void services_are_answered_as_by_a_real_kube_apiserver_with_two_ranges() {
        var ran = new Exchanges(ENGINE, Exchanges.DIRECTORY.resolve("dual")).ask("services-dual");
        assertThat(ran.out()).contains("37 passed, 0 failed");
    }

    /// At both addresses, by a name that has both, and at a port of the machine.
    @ParameterizedTest
    @CsvSource({"gvisor,runc", "runc,gvisor"})
    void a_service_has_an_address_of_each_family(String from, String to) {
        kubectl.apply(
                        """
                        apiVersion: v1
                        kind: Service
                        metadata: {name: to-%2$s, namespace: %1$s}
                        spec:
                          type: NodePort
                          ipFamilyPolicy: RequireDualStack
                          selector: {app: %2$s}
                          ports: [{port: 80, targetPort: 8080}]
                        """
                                .formatted(NAMESPACE, to))
                .ok();
        var spec = kubectl.get("-n", NAMESPACE, "service", "to-" + to).at("/spec");
        var address = spec.at("/clusterIPs/1").asText();
        assertThat(address).startsWith("fd00:10:96::");
        Await.until(() -> pods.connects(from, address, 80));
        assertThat(pods.connects(from, spec.at("/clusterIP").asText(), 80)).isTrue();
        assertThat(WebPods.curl("[" + address + "]:80").ok().out()).contains(address(to, 1));
        var port = spec.at("/ports/0/nodePort").asInt();
        assertThat(WebPods.curl("[" + hostAddress(to) + "]:" + port).ok().out())
                .contains(address(to, 1));
        assertThat(pods.connects(from, "fd00:10:96::fff0", 80)).as("nobody's address").isFalse();

        var name = "to-" + to + "." + NAMESPACE + ".svc.cluster.local";
        var told = kubectl.run("-n", NAMESPACE, "exec", from, "--", "nslookup", name).out();
        assertThat(told).contains(address).contains(spec.at("/clusterIP").asText());

        NftTable.inet("glovebox-" + ENGINE.mark() + "-services")
                .missing(() ->
                        assertThat(pods.connects(from, address, 80))
                                .as("without the table")
                                .isFalse());
        assertThat(pods.connects(from, address, 80)).isTrue();
    }

    private static void block(String to, String range, String except) {
        kubectl.apply(
                        """
                        apiVersion: networking.k8s.io/v1
                        kind: NetworkPolicy
                        metadata: {name: block, namespace: %s}
                        spec:
                          podSelector: {matchLabels: {app: %s}}
                          policyTypes: [Ingress]
                          ingress: [{from: [{ipBlock: {cidr: "%s", except: ["%s"]}}]}]
                        """
                                .formatted(NAMESPACE, to, range, except))
                .ok();
    }

    /// Breaks the enforcement from outside, on the node of the pod that is bound.
    private static void withoutRules(String pod, Runnable meanwhile) {
        var mark = "glovebox-" + ENGINE.mark();
        var table = pod.equals("runc") ? mark : mark + "." + OTHER;
        NftTable.inet(table).missing(meanwhile);
    }

    private static boolean reaches(String from, String to) {
        return pods.connects(from, address(to, 1), 8080);
    }

    private static String address(String pod, int at) {
        return kubectl.get("-n", NAMESPACE, "pod", pod).at("/status/podIPs/" + at + "/ip").asText();
    }
}
