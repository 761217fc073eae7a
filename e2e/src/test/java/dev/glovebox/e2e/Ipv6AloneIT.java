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

/// Three nodes whose pods have no IPv4: a web server under runc on the first, and one under gVisor
/// on the next.
@Tag("long")
@RunsPods
class Ipv6AloneIT {
    private static final Engine ENGINE = Engine.in(231);
    private static final Path SYSCTLS = Path.of("/proc/sys/net");
    private static final Path ROUTING = SYSCTLS.resolve("ipv6/conf/all/forwarding");
    private static final Path ROUTING4 = SYSCTLS.resolve("ipv4/ip_forward");
    private static final String PODS = "fd00:231:";
    private static final String DOOR = "fd00:231:0:ff:ffff:ffff:ffff:ffff";
    private static final String API = "fd00:10:96::1";
    private static final String OTHER = ENGINE.node() + "-worker1";
    private static final String NAMESPACE = "six";

    private static String routedBefore = "";
    private static String routed4Before = "";
    private static Kubectl kubectl = new Kubectl(Path.of("kubectl"), Path.of("none"));
    private static WebPods pods = new WebPods(ENGINE, kubectl, NAMESPACE);

    @BeforeAll
    static void start() throws IOException {
        assertThat(SYSCTLS.resolve("ipv6/conf/all/disable_ipv6"))
                .as("this machine has no IPv6, which these tests need")
                .hasContent("0");
        routedBefore = Files.readString(ROUTING);
        routed4Before = Files.readString(ROUTING4);
        ENGINE.command("up", "--yes", "--node-name", ENGINE.node(), "--measure-after", "never")
                .and("--pod-cidr", PODS + ":/56", "--listen", "127.0.0.1:0", "--nodes", "3")
                .and("--runtimes", OTHER + "=runc,gvisor")
                .within(Duration.ofMinutes(5))
                .run()
                .ok();
        kubectl = ENGINE.kubectl();
        pods = new WebPods(ENGINE, kubectl, NAMESPACE);
        kubectl.apply(Manifests.namespace(NAMESPACE, "trusted")).ok();
        pods.make("runc", ENGINE.node(), port("runc"));
        pods.make("gvisor", OTHER, port("gvisor"));
        kubectl.awaitReady(NAMESPACE, "runc");
        kubectl.awaitReady(NAMESPACE, "gvisor");
    }

    private static int port(String runtime) {
        return runtime.equals("runc") ? 28_241 : 28_242;
    }

    /// IPv4's switch is nobody's affair here.
    @AfterAll
    static void after_a_purge_nothing_is_left_and_the_machine_routes_as_before()
            throws IOException {
        if (routedBefore.isEmpty()) {
            return;
        }
        var running = MachineState.of(ENGINE, PODS);
        assertThat(ROUTING).hasContent("1");
        assertThat(ROUTING4).hasContent(routed4Before);
        ENGINE.purge().ok();
        assertThat(running.of(MachineState.Kind.ROUTE)).anyMatch(each -> each.contains(DOOR));
        assertThat(MachineState.of(ENGINE, PODS).left(running)).isEmpty();
        assertThat(ROUTING).hasContent(routedBefore);
        assertThat(ROUTING4).hasContent(routed4Before);
    }

    @Test
    void nodes_and_pods_have_addresses_of_ipv6_alone() {
        var node = kubectl.get("node", OTHER);
        assertThat(node.at("/spec/podCIDR").asText()).isEqualTo("fd00:231:0:1::/64");
        assertThat(node.at("/spec/podCIDRs")).hasSize(1);
        var shown = node.at("/status/addresses/0/address").asText();
        assertThat(shown).contains(":");
        for (var each : new String[] {"runc", "gvisor"}) {
            var status = kubectl.get("-n", NAMESPACE, "pod", each).at("/status");
            assertThat(status.at("/podIP").asText()).startsWith(PODS);
            assertThat(status.at("/podIPs")).hasSize(1);
            assertThat(status.at("/hostIP").asText()).isEqualTo(shown);
            assertThat(status.at("/hostIPs")).hasSize(1);
            assertThat(pods.inside(each, "cat /etc/hosts"))
                    .contains(status.at("/podIP").asText() + "\t" + each + "\n");
            assertThat(pods.inside(each, "ip addr show dev eth0")).contains("inet6 fd00:231:");
            assertThat(pods.inside(each, "ip addr show dev eth0")).doesNotContain("inet ");
        }
    }

    @Test
    void pods_are_told_addresses_of_ipv6() {
        for (var each : new String[] {"runc", "gvisor"}) {
            assertThat(pods.inside(each, "env; cat /etc/resolv.conf"))
                    .contains("KUBERNETES_SERVICE_HOST=" + API + "\n")
                    .contains("KUBERNETES_PORT=tcp://[" + API + "]:443\n")
                    .contains("IPS=" + address(each) + "\n")
                    .contains("nameserver fd00:10:96::a\n");
        }
    }

    @ParameterizedTest
    @CsvSource({"runc", "gvisor"})
    void the_machine_reaches_a_pod_and_so_do_its_port_and_the_api(String pod) throws Exception {
        var page = address(pod) + "\n";
        assertThat(WebPods.curl("[" + address(pod) + "]:8080").ok().out()).isEqualTo(page);
        assertThat(WebPods.curl("[" + hostAddress() + "]:" + port(pod)).ok().out()).isEqualTo(page);
        var proxy = "/api/v1/namespaces/" + NAMESPACE + "/pods/" + pod + ":8080/proxy/";
        assertThat(kubectl.run("get", "--raw", proxy).ok().out()).isEqualTo(page);
        var forward =
                kubectl.command("-n", NAMESPACE, "port-forward", "pod/" + pod, ":8080").start();
        try (var told = forward.inputReader()) {
            var local = told.readLine().replaceAll(".*:(\\d+) ->.*", "$1");
            assertThat(WebPods.curl("127.0.0.1:" + local).ok().out()).isEqualTo(page);
        } finally {
            forward.destroy();
            forward.waitFor();
        }
    }

    /// From one node to the other.
    @ParameterizedTest
    @CsvSource({"gvisor,runc", "runc,gvisor"})
    void a_policy_binds(String from, String to) {
        Await.until(() -> reaches(from, to));
        kubectl.apply(
                        """
                        apiVersion: networking.k8s.io/v1
                        kind: NetworkPolicy
                        metadata: {name: block, namespace: %s}
                        spec:
                          podSelector: {matchLabels: {app: %s}}
                          policyTypes: [Ingress]
                          ingress: [{from: [{podSelector: {matchLabels: {app: nobody}}}]}]
                        """
                                .formatted(NAMESPACE, to))
                .ok();
        Await.until(() -> !reaches(from, to));
        assertThat(WebPods.curl("[" + address(to) + "]:8080").exit()).as("from the node").isZero();
        var mark = "glovebox-" + ENGINE.mark();
        NftTable.inet(to.equals("runc") ? mark : mark + "." + OTHER)
                .missing(() -> Await.until(() -> reaches(from, to)));
        Await.until(() -> !reaches(from, to));
        kubectl.run("-n", NAMESPACE, "delete", "networkpolicy", "block").ok();
    }

    /// At its address, by its name, and at a port of the machine.
    @ParameterizedTest
    @CsvSource({"gvisor,runc", "runc,gvisor"})
    void a_service_has_an_address_of_ipv6(String from, String to) {
        service("to-" + to, to, "type: NodePort");
        var spec = kubectl.get("-n", NAMESPACE, "service", "to-" + to).at("/spec");
        var address = spec.at("/clusterIP").asText();
        assertThat(address).startsWith("fd00:10:96::");
        assertThat(spec.at("/ipFamilies").toString()).isEqualTo("[\"IPv6\"]");
        Await.until(() -> pods.connects(from, address, 80));
        assertThat(pods.connects(from, "fd00:10:96::fff0", 80)).as("nobody's address").isFalse();
        assertThat(WebPods.curl("[" + address + "]:80").ok().out()).contains(address(to));
        var nodePort = spec.at("/ports/0/nodePort").asInt();
        assertThat(WebPods.curl("[" + hostAddress() + "]:" + nodePort).ok().out())
                .contains(address(to));
        var slice =
                kubectl.get(
                        "-n",
                        NAMESPACE,
                        "endpointslices",
                        "-l",
                        "kubernetes.io/service-name=to-" + to);
        assertThat(slice.at("/items/0/addressType").asText()).isEqualTo("IPv6");
        assertThat(slice.at("/items/0/endpoints/0/addresses/0").asText()).isEqualTo(address(to));

        var name = "to-" + to + "." + NAMESPACE + ".svc.cluster.local";
        assertThat(pods.inside(from, "nslookup -type=aaaa " + name)).contains(address);
        assertThat(pods.inside(from, "nslookup -type=a " + name + " || true"))
                .doesNotContain("NXDOMAIN", address);
        NftTable.inet("glovebox-" + ENGINE.mark() + "-services")
                .missing(() ->
                        assertThat(pods.connects(from, address, 80))
                                .as("without the table")
                                .isFalse());
        assertThat(pods.connects(from, address, 80)).isTrue();
    }

    private static void service(String name, String to, String more) {
        kubectl.apply(
                        """
                        apiVersion: v1
                        kind: Service
                        metadata: {name: %s, namespace: %s}
                        spec: {%s, selector: {app: %s}, ports: [{port: 80, targetPort: 8080}]}
                        """
                                .formatted(name, NAMESPACE, more, to))
                .ok();
    }

    @Test
    void services_are_answered_as_by_a_real_kube_apiserver_with_a_range_of_ipv6() {
        var ran = new Exchanges(ENGINE, Exchanges.DIRECTORY.resolve("ipv6-alone")).ask("services");
        assertThat(ran.out()).contains("44 passed, 0 failed");
    }

    /// By the Service's address, which the API's certificate names. A pod of a namespace that is
    /// not trusted comes neither to that nor to where it leads, and to no pod that a policy keeps.
    @Test
    void pods_that_are_trusted_reach_the_api_and_others_do_not() {
        for (var each : new String[] {"runc", "gvisor"}) {
            assertThat(pods.inside(each, "nc -w 3 " + API + " 443 </dev/null && echo reached"))
                    .contains("reached");
        }
        var authority = ENGINE.dataDirectory().resolve("pki/ca.crt").toString();
        var version =
                Command.of("curl", "-sg", "--max-time", "5", "--cacert", authority)
                        .and("https://[" + API + "]/version")
                        .run()
                        .ok();
        assertThat(version.out()).contains("gitVersion");

        kubectl.apply(Manifests.namespace("six-untrusted", "untrusted")).ok();
        var stranger =
                Manifests.pod(
                        "stranger",
                        ENGINE.busybox(),
                        "exec sleep 1000",
                        "runtimeClassName: gvisor",
                        "nodeName: " + OTHER);
        kubectl.command("-n", "six-untrusted", "apply", "-f", "-").input(stranger).run().ok();
        kubectl.awaitReady("six-untrusted", "stranger");
        Await.until(() -> strangerReaches(address("runc"), 8080));
        assertThat(strangerReaches(API, 443)).isFalse();
        var port =
                kubectl.get("-n", "default", "endpoints", "kubernetes")
                        .at("/subsets/0/ports/0/port")
                        .asInt();
        assertThat(strangerReaches(DOOR, port)).isFalse();
        NftTable.inet("glovebox-" + ENGINE.mark() + "." + OTHER)
                .missing(() ->
                        assertThat(strangerReaches(DOOR, port)).as("without the table").isTrue());
        kubectl.run("delete", "namespace", "six-untrusted").ok();
    }

    private static boolean strangerReaches(String address, int port) {
        var line = "nc -w 3 " + address + " " + port + " </dev/null && echo reached; true";
        return kubectl.run("-n", "six-untrusted", "exec", "stranger", "--", "sh", "-c", line)
                .ok()
                .out()
                .contains("reached");
    }

    @Test
    void a_port_of_the_hosts_ipv4_leads_nowhere_and_the_pod_says_so() {
        var manifest =
                Manifests.pod("four", ENGINE.busybox(), "exec sleep 1000", "nodeName: " + OTHER)
                        + "    ports: [{containerPort: 80, hostPort: 28243, hostIP: 0.0.0.0}]\n";
        kubectl.command("-n", NAMESPACE, "apply", "-f", "-").input(manifest).run().ok();
        Await.until(() ->
                kubectl.run("-n", NAMESPACE, "describe", "pod", "four")
                        .out()
                        .contains("cannot lead to the pod, which has no address of that family"));
        kubectl.run("-n", NAMESPACE, "delete", "pod", "four", "--grace-period=0").ok();
    }

    @Test
    void a_container_is_run_and_the_engine_tells_how_it_is() {
        assertThat(ENGINE.run("run", "--", "echo", "here").ok().text()).isEqualTo("here");
        assertThat(ENGINE.status().required("api").textValue()).startsWith("https://127.0.0.1:");
    }

    private static boolean reaches(String from, String to) {
        return pods.connects(from, address(to), 8080);
    }

    private static String address(String pod) {
        return kubectl.get("-n", NAMESPACE, "pod", pod).at("/status/podIP").asText();
    }

    private static String hostAddress() {
        return kubectl.get("node", ENGINE.node()).at("/status/addresses/0/address").asText();
    }
}
